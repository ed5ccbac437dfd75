import { defineStrategy, fullAndWeak } from './define';
import { instanceWise, uncertaintyOption } from './instance-wise';

/**
 * The method: ISOAL's instance-wise choice between a full label from a human and a weak one from a VLM. What makes it
 * the method is that its weak labels are the annotator's, and so trained on through the estimated transition matrix.
 * "Leveraging Vision-Language Models as Weak Annotators in Active Learning", arXiv 2605.00480.
 */
export const weakAnnotator = defineStrategy({
  name: 'weak-annotator',
  description:
    'per image a full label from a human or a weak one from a VLM, whose errors are modelled, by value per cost',
  source: 'arXiv 2605.00480',
  buys: fullAndWeak,
  options: { uncertainty: uncertaintyOption },
  create: (options) => ({ weakLabels: 'annotator', query: (context) => instanceWise(context, options) }),
});
