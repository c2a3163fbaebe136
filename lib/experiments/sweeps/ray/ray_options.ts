/** A cluster, and what each job asks of it. */
export interface RayOptions {
  /** Of the head node's dashboard, such as `http://127.0.0.1:8265`. */
  readonly address: string;
  /** CPUs of a job; by default 1. */
  readonly cpus?: number;
  /** GPUs of a job, also parts of one; by default 0. */
  readonly gpus?: number;
  /** Jobs submitted at once; by default as many as the cluster has CPUs and GPUs for. */
  readonly parallel?: number;
  /**
   * Folder for the runs on the nodes; by default `runs` in the job's working folder, which each node has for itself. One that all nodes
   * share lets a job that lost its node go on from its checkpoint on another.
   */
  readonly folder?: string;
  /**
   * A clone of the library on the nodes that is set up: the jobs take its packages, with TensorFlow's addon, and its models. Without it
   * they have the backends that need no set-up.
   */
  readonly clone?: string;
  /** Variables of the jobs' environment, such as NLORA_DATA. */
  readonly environment?: { readonly [name: string]: string };
  /** What starts a job's program in the working folder, as words of a shell; by default by Deno. */
  readonly command?: string;
  /** Root of the working folder and what of it goes to the nodes; by default the library. */
  readonly workingFolder?: { readonly root: string; readonly paths: readonly string[] };
}
