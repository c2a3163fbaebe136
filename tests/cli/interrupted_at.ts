import process from "node:process";

// The command line, which gets a Ctrl-C as soon as it has told the training step of the first argument: a test in another process
// that waited for that step would be too late where the machine is busy.
const [step] = process.argv.splice(2, 1);
const write = process.stderr.write.bind(process.stderr) as (...args: unknown[]) => boolean;
process.stderr.write = (...args: unknown[]) => {
  const room = write(...args);
  if (String(args[0]).includes(`"step":${step},`)) process.kill(process.pid, "SIGINT");
  return room;
};
await import("../../lib/cli/main.ts");
