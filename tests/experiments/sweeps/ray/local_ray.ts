import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { homePath } from "../../../../lib/models/catalogue.ts";

/** Where `deno task remote` puts Ray. */
export const rayProgram = join(homePath("ray-venv"), "bin", "ray");

/** Whether Ray is there. */
export const hasRay = existsSync(rayProgram);

/** A Ray of one node on this machine. */
export interface LocalRay {
  /** Of its dashboard. */
  readonly address: string;
  /** The processes of jobs under way, and those of Ray that watch over them. */
  jobProcesses(): { readonly pid: number; readonly name: string }[];
  stop(): Promise<void>;
}

/** Ray gives up a node that takes more than half a minute to begin, as on a busy machine. */
const starts = 4;

/** Starts Ray in an empty folder, whose path must be short: its sockets lie there. */
export async function startRay(folder: string, cpus: number): Promise<LocalRay> {
  for (let left = starts;; left--) {
    const ray = await tryRay(folder, cpus);
    if (ray) return ray;
    if (left === 1) throw new Error(`Ray did not begin, ${starts} times`);
  }
}

async function tryRay(folder: string, cpus: number): Promise<LocalRay | null> {
  const [dashboard, agent, client] = await freePorts(3);
  const child = new Deno.Command(rayProgram, {
    args: [
      ...["start", "--head", "--block", "--port", "0", "--num-cpus", String(cpus), "--temp-dir", folder],
      ...["--dashboard-host", "127.0.0.1", "--dashboard-port", String(dashboard)],
      ...["--dashboard-agent-listen-port", String(agent), "--ray-client-server-port", String(client)],
      ...["--object-store-memory", "80000000", "--disable-usage-stats"],
    ],
    env: { RAY_worker_register_timeout_seconds: "40" }, // after which Ray misses a worker that was killed while it began
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const words = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; !/runtime started/i.test(text);) {
    const { value, done } = await words.read();
    if (done) {
      await child.status;
      return null;
    }
    text += value;
  }
  const rest = (async () => {
    while (!(await words.read()).done);
  })();
  return {
    address: `http://127.0.0.1:${dashboard}`,
    jobProcesses: () => processesIn(join(folder, "session_")),
    async stop() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended.
      }
      await child.status;
      await rest;
    },
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The jobs whose folder lies below a path's beginning, and the supervisor above each, by Linux' /proc. */
function processesIn(beginning: string): { pid: number; name: string }[] {
  const all = new Map(
    readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))![1]);
        const folder = readlinkSync(`/proc/${name}/cwd`);
        return [[Number(name), { pid: Number(name), name: command, parent, folder }] as const];
      } catch {
        return []; // it has ended
      }
    }),
  );
  const jobs = [...all.values()].filter(({ name, folder }) =>
    folder.startsWith(beginning) && /^\S*deno .*fake_job/.test(name)
  );
  const supervisors = jobs.flatMap((job) => {
    for (let above = all.get(job.parent); above; above = all.get(above.parent)) {
      if (above.name.startsWith("ray::JobSupervisor")) return [above];
    }
    return [];
  });
  return [...jobs, ...supervisors];
}
