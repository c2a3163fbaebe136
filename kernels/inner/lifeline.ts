/**
 * A worker beside the cells: it ends the process, and those that this started, soon after the kernel has ended, even while
 * a cell keeps the event loop from turning.
 */
const { searchParams } = new URL(import.meta.url);
setInterval(() => {
  if (Deno.ppid === Number(searchParams.get("parent"))) return;
  try {
    Deno.removeSync(searchParams.get("folder")!, { recursive: true });
  } catch { /* the kernel has removed it itself */ }
  Deno.kill(-Deno.pid, "SIGKILL");
}, 500);
