import { createHash } from "node:crypto";

/**
 * Runs `use` beside an npm registry on this machine that has one packed package and leads to `upstream` for all others.
 *
 * @param manifest the package's package.json
 */
export async function withRegistry(
  { file, manifest, upstream }: {
    readonly file: string;
    readonly manifest: { readonly name: string; readonly version: string };
    readonly upstream: string;
  },
  use: (address: string) => Promise<void>,
): Promise<void> {
  const bytes = await Deno.readFile(file);
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const { name, version } = manifest;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    const { origin, pathname } = new URL(url);
    if (pathname === `/${name}.tgz`) return new Response(bytes);
    if (pathname !== `/${name}`) return Response.redirect(upstream.replace(/\/$/, "") + pathname, 302);
    const dist = { tarball: `${origin}/${name}.tgz`, integrity };
    return Response.json({
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, dist } },
    });
  });
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}
