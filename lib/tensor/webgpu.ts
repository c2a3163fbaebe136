import { type Backend, Unavailable } from "./backend.ts";

/** WebGPU where the runtime has it (Deno): Vulkan, Metal and DX12 cards, without a browser. */
export const webgpu: Backend = {
  name: "webgpu",
  async load() {
    const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
    if (!gpu) throw new Unavailable("this runtime has no WebGPU", "run it with Deno, which brings WebGPU");
    const adapter = await gpu.requestAdapter();
    if (!adapter) {
      throw new Unavailable(
        "no graphics adapter was found",
        "install the card's Vulkan, Metal or DX12 driver (Debian's mesa-vulkan-drivers emulates one)",
      );
    }
    await import("@tensorflow/tfjs-backend-webgpu");
    const { description, device, vendor } = adapter.info;
    const name = description || device || vendor || "unnamed adapter";
    return { description: name, software: /llvmpipe|lavapipe|swiftshader|software/i.test(name) };
  },
};
