import { instanceWise, type InstanceWiseOptions } from './instance-wise';
import type { Strategy } from './strategy';

/**
 * ISOAL: per image a full or a weak label by value per cost, k-means++ for diversity; the weak labels are true groups,
 * bought from a human at a price of their own. "Instance-wise Supervision-level Optimization in Active Learning",
 * CVPR 2025, arXiv 2503.06517; without the published code's quirks (METHOD section 6).
 */
export const isoal = (options?: InstanceWiseOptions): Strategy => ({
  name: 'isoal',
  weakLabels: 'human',
  query: (context) => instanceWise(context, options),
});
