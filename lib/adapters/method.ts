import type * as tf from "@tensorflow/tfjs-core";
import type { NystromCore } from "../linalg/nystrom_core.ts";
import type { Selection } from "../linalg/sampling.ts";
import type { Truncation } from "../linalg/truncated_pinv.ts";
import type { CoreFormName } from "../nn/core_form.ts";
import type { FactorName, Factors } from "../nn/factors.ts";
import type { Random } from "../tensor/random.ts";

/** The choices that some methods have and others do not. */
export interface MethodChoices {
  /** Which of the method's ways to begin, such as `gaussian`; by default its first. */
  readonly init?: string;
  /** The Nyström core; by default `copy`. */
  readonly core?: NystromCore;
  /** Which rows of W become A: a sampling, or their indices; by default the first. */
  readonly rows?: Selection;
  /** Which columns of W become B: a sampling, or their indices; by default the first. */
  readonly columns?: Selection;
  /** Singular values of the block at or below rtol times the largest count as zero; null is the precision's own limit. */
  readonly rtol?: number | null;
  /** Whether the start is taken off the weight, so that step 0 is exact; by default true. */
  readonly residual?: boolean;
  /** Which change of the intermediate matrix N trains; by default `full`, N as it is. */
  readonly core_form?: CoreFormName;
  /** k of the form `low-rank`, whose change of N has at most this rank; null, the default, is 1. */
  readonly core_rank?: number | null;
  /** Which linear maps have the trained change in common; by default `none`. */
  readonly core_tying?: CoreTying;
}

/**
 * Which linear maps share the trained change of N (weight tying), among those of equal rank: `none`; those of one `kind`, such
 * as all `q_proj`; or `all`.
 */
export const coreTyings = ["none", "kind", "all"] as const;

/** One of the ways to share. */
export type CoreTying = typeof coreTyings[number];

/** What the start of one linear map depends on. */
export interface StartOptions extends Required<MethodChoices> {
  readonly rank: number;
  /** s, by which the product of the factors is multiplied. */
  readonly scaling: number;
  /** What {@linkcode Method.shared} made, by its keys; owned by the caller. */
  readonly shared: SharedMatrices;
}

/** Matrices that all adapted linear maps have in common. */
export type SharedMatrices = ReadonlyMap<string, tf.Tensor2D>;

/** What a method begins with. */
export interface Start {
  /** Owned by the caller. */
  readonly factors: Factors;
  /** Whether the product of the factors is taken off the weight. */
  readonly residual: boolean;
  /** Whether A is the first r rows of W, and B its first r columns. */
  readonly leading?: boolean;
  /** How far a pseudo-inverse in the start had to leave singular values out, where there was one. */
  readonly truncation?: Truncation | null;
}

/** A method of adaptation: how it begins and what it trains. All methods share one forward (see {@linkcode Factors}). */
export interface Method {
  readonly name: string;
  /** As the literature writes it. */
  readonly title: string;
  readonly trains: readonly FactorName[];
  /** The learning rate used where none is given. */
  readonly learningRate: number;
  /** Whether the adapted model begins exactly as the given one (with `residual`, where that is a choice). */
  readonly exactStart: boolean;
  /** Whether the factors are taken from W, so that the rank is at most min(m, n). */
  readonly fromWeight: boolean;
  /** The choices that mean something to the method. */
  readonly choices: readonly (keyof MethodChoices)[];
  /** What `init` can be, its default first; empty where there is no choice. */
  readonly inits: readonly string[];
  /** Makes what all linear maps have in common, given the shapes (m, n) of their weights; the caller owns it. */
  shared?(shapes: readonly (readonly [number, number])[], rank: number, random: Random): SharedMatrices;
  /** Makes the factors for a weight W (m, n). */
  init(weight: tf.Tensor2D, options: StartOptions, random: Random): Promise<Start>;
}
