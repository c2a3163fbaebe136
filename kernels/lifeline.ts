/**
 * A worker beside the cells, which hears the kernel even while a cell keeps the event loop from turning. It passes on
 * what comes by standard input; when that ends the kernel is gone, and the process ends too.
 */
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  (self as unknown as Worker).postMessage(text);
}
Deno.kill(Deno.pid, "SIGKILL");
