// SIMD kernels in AssemblyScript, compiled to kernels.wasm by `npm run kernels`. Pointers are byte offsets into the
// imported memory; arrays are dense, row-major float32 unless said otherwise; no kernel allocates.
export { adam } from './adam';
export { gemm, SCRATCH } from './gemm';
export { addRectify, maskTranspose, columnSums, windows } from './layers';
export { softmax, crossEntropy } from './softmax';
export { FREE } from './lanes';
