import { instanceWise, type InstanceWiseOptions } from './instance-wise';
import type { Strategy } from './strategy';

/**
 * The method: ISOAL's instance-wise choice between a full label from a human and a weak one from a VLM. What makes it
 * the method is that its weak labels are the annotator's, and so trained on through the estimated transition matrix.
 * "Leveraging Vision-Language Models as Weak Annotators in Active Learning", arXiv 2605.00480.
 */
export const weakAnnotator = (options?: InstanceWiseOptions): Strategy => ({
  name: 'weak-annotator',
  weakLabels: 'annotator',
  query: (context) => instanceWise(context, options),
});
