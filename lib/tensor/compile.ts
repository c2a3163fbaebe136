import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { nodeBackend } from "./node_backend.ts";
import { hasRawOps } from "./raw_op.ts";
import { leaves, mapLeaves, treeKey } from "./tensor_tree.ts";
import { dispose, tidy } from "./tidy.ts";
import { trace, type Traced } from "./trace.ts";
import { isTracing } from "./tracing.ts";

/** How a function is compiled. */
export interface CompileOptions {
  /** Shown in errors and progress; by default the function's own name. */
  readonly name?: string;
  /** Places of arguments whose tensors the call takes over: they are disposed when it ends. */
  readonly donate?: readonly number[];
  /** Told after each compilation, which is the first call for a set of shapes. */
  readonly onCompile?: (compilation: Compilation) => void;
}

/** One compilation, for one set of shapes. */
export interface Compilation {
  readonly name: string;
  /** Operations that were written down. */
  readonly operations: number;
  /** Of tracing, compiling and the first run. */
  readonly milliseconds: number;
}

const compiledSoFar = { programs: 0, milliseconds: 0 };

/** How many programs this process has compiled, and how long tracing, compiling and running them for the first time took. */
export function compilations(): { readonly programs: number; readonly milliseconds: number } {
  return { ...compiledSoFar };
}

/** A function with the same meaning as the one given. */
export interface Compiled<A extends readonly unknown[], R> {
  (...args: A): R;
  /** Forgets all that was compiled. */
  dispose(): void;
}

/**
 * A function with the same meaning that is compiled as a whole by XLA: what `tf.function` is in Python and `jit` in JAX.
 *
 * At the first call for each set of shapes (and of the numbers and texts among the arguments) the function is traced: it
 * runs once on tensors without numbers, which needs no memory, and the operations that it asks for, gradients by `tf.grad`
 * included, become one program. Later calls run the program. Arguments and results are ordinary tensors, on a GPU too; they
 * are not copied. Tensors that the function uses from outside are fed anew at each call, as they are then.
 *
 * What the function makes and does not give back is disposed; its results are the caller's. Without XLA (on webgpu and wasm),
 * inside another compiled function, where a gradient is taken through the call, and with `NLORA_COMPILE=off` in the
 * environment, the function runs as it is.
 *
 * @param fn takes and gives tensors, in arrays and plain objects where wanted; a number among the arguments is part of the
 *   program, so that a learning rate that changes belongs into a `tf.scalar`
 * @throws UsageError at a call for a function that reads values, makes shapes depend on them, or draws random numbers, with
 *   the operation and the line
 *
 * @example
 * ```ts
 * import { compile, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const loss = (w: tf.Tensor, x: tf.Tensor) => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)));
 * const gradient = compile((w: tf.Tensor, x: tf.Tensor) => tf.grads(loss)([w, x])[0]!);
 * const [w, x] = [tf.tensor2d([[2]]), tf.tensor2d([[3]])];
 * assert.deepEqual([...await gradient(w, x).data()], [36]); // d(x·w)²/dw = 2·x²·w
 * ```
 */
export function compile<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  { name = fn.name || "function", donate = [], onCompile }: CompileOptions = {},
): Compiled<A, R> {
  const programs = new Map<string, Traced<R>>();

  const compiled = (...args: A): R => {
    const result = canCompile() && !isTracing() && !isTaped() ? runProgram(args) : runAsIs(fn, args);
    for (const place of donate) dispose(leaves(args[place]));
    return result;
  };

  const runProgram = (args: A): R => {
    const key = treeKey(args, "arguments");
    const begun = performance.now();
    const known = programs.get(key);
    const program = known ?? trace(name, fn, args);
    const result = program.result(execute(program, name, args));
    if (known) return result;
    programs.set(key, program);
    nodeBackend().binding.releaseFreeMemory(); // the compiler leaves some 100 MB of it
    const milliseconds = performance.now() - begun;
    compiledSoFar.programs++;
    compiledSoFar.milliseconds += milliseconds;
    onCompile?.({ name, operations: program.operations, milliseconds });
    return result;
  };

  const forget = () => {
    for (const { name } of programs.values()) nodeBackend().binding.removeFunction(name);
    programs.clear();
  };
  return Object.assign(compiled, { dispose: forget });
}

function execute<R>(program: Traced<R>, name: string, args: readonly unknown[]): tf.Tensor[] {
  const gone = program.captured.find((tensor) => tensor.isDisposed);
  if (gone) {
    throw new UsageError(
      `${name} uses a tensor of shape [${gone.shape}] from outside that is disposed by now; give it as an argument`,
    );
  }
  const { binding: { TF_ATTR_BOOL: type } } = nodeBackend();
  const attributes = [{ name: "_XlaMustCompile", type, value: true }];
  const inputs = [...leaves(args), ...program.captured];
  return nodeBackend().executeMultipleOutputs(program.name, attributes, inputs, program.outputs);
}

/** Runs the function itself; a result that is one of the arguments becomes a tensor of its own, as in a program. */
function runAsIs<A extends readonly unknown[], R>(fn: (...args: A) => R, args: A): R {
  const given = new Set(leaves(args));
  return tidy(() => mapLeaves(fn(...args), (leaf) => given.has(leaf) ? tf.clone(leaf) : leaf));
}

/** Whether functions are compiled: on the tensorflow backend, without `NLORA_COMPILE=off`. */
export function canCompile(): boolean {
  return hasRawOps() && process.env.NLORA_COMPILE !== "off";
}

/** Whether a gradient is being taken: what a program does could not be seen. */
function isTaped(): boolean {
  return (tf.engine().state as { gradientDepth: number }).gradientDepth > 0;
}
