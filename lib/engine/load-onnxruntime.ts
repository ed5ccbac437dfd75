import type * as Onnxruntime from 'onnxruntime-node';

/** onnxruntime, its telemetry, which is on by default, turned off before it starts. */
export function loadOnnxruntime(): Promise<typeof Onnxruntime> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  return import('onnxruntime-node');
}
