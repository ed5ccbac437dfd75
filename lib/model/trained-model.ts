import type { Hierarchy } from '../data/hierarchy';
import { matrix, type Matrix } from '../engine/matrix';
import type { Whitening } from '../engine/whitening';
import type { Network, NetworkState, Prediction } from './network';
import { sumByGroup } from './sum-by-group';

interface State {
  readonly parameters: NetworkState;
  /** On the validation images, 0..1; NaN without any. */
  readonly accuracy: number;
}

/**
 * A trained network, each head in its own best state. Without a coarse head, a group's probability is the sum of its
 * fine classes'.
 */
export class TrainedModel {
  /** Fine accuracy on the validation images, 0..1; NaN without any. */
  readonly validationAccuracy: number;
  /** What computed it, for records. */
  readonly engine: string;

  constructor(
    private readonly network: Network,
    private readonly whitening: Whitening | undefined,
    private readonly states: { readonly fine: State; readonly coarse?: State; readonly hierarchy: Hierarchy },
  ) {
    this.validationAccuracy = states.fine.accuracy;
    this.engine = network.engine;
  }

  /** What it says of feature rows [n, D]; `hidden` is the fine head's ReLU layer. */
  async predict(features: Matrix): Promise<Prediction> {
    const { fine, coarse, hierarchy } = this.states;
    const inputs = this.whitening ? await this.whitening.apply(features) : features;
    this.network.load(fine.parameters);
    const prediction = await this.network.predict(inputs);
    if (!coarse)
      return { ...prediction, coarse: sumByGroup(prediction.fine, hierarchy.groupOf, hierarchy.coarse.length) };
    if (coarse === fine) return prediction;
    this.network.load(coarse.parameters);
    return { ...prediction, coarse: (await this.network.predict(inputs)).coarse };
  }

  /** The fine head: logits = hidden [n, H] x weights [H, K] + bias [K]. */
  get fineHead(): { readonly weights: Matrix; readonly bias: Float32Array } {
    const { hidden, fine: classes } = this.network.shape;
    const { fine, fineBias } = this.states.fine.parameters;
    return { weights: matrix(hidden, classes, fine), bias: fineBias };
  }

  dispose(): void {
    this.network.dispose();
  }
}
