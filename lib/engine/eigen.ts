import { EigenvalueDecomposition, Matrix as Dense } from 'ml-matrix';
import { matrix, type Matrix } from './matrix';

/**
 * The `k` leading eigenpairs of a symmetric matrix [d, d]: values in falling order, vectors as columns [d, k]. Each
 * vector's sign is fixed by making its largest entry positive.
 */
export function leadingEigenvectors(symmetric: Matrix, k: number): { values: Float64Array; vectors: Matrix } {
  const d = symmetric.rows;
  const dense = Dense.from1DArray(d, d, symmetric.data);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(dense, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const vectors = matrix(d, k);
  for (let c = 0; c < k; c++) {
    const column = eigenvectorMatrix.getColumn(order[c]!);
    const largest = column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    for (let r = 0; r < d; r++) vectors.data[r * k + c] = column[r]! * Math.sign(largest || 1);
  }
  return { values: Float64Array.from(order.slice(0, k), (i) => realEigenvalues[i]!), vectors };
}
