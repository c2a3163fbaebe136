/**
 * TensorFlow.js: every tensor of the library is one of its tensors, on the backend that {@linkcode useBackend} chose.
 *
 * @module
 */
export * from "@tensorflow/tfjs-core";
