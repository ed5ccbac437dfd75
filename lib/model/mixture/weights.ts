/** What an image's scores are multiplied by before they are probabilities. */
export interface Weights {
  /** Those of its features, beside its answers. */ readonly features: number;
  /** Those of its answers, by question. */ readonly answers: Float64Array;
  /** Those of its features once more, where it has no answer. */ readonly alone: number;
}

/** Weights under which held-out labels are likeliest. */
export interface Calibrated extends Weights {
  /** Mean cross-validated log-probability of the labels, in nats. */ readonly logLikelihood: number;
}

/**
 * What the calibrated weights are multiplied by where unlabelled images teach: that of the features, in a pool without
 * answers; and those of the answers. The calibration weighs answers by how far the noise model can be trusted on images that it
 * has not seen, little while it is young; an image that teaches that very model should lean on its answer more.
 */
export interface Sharpening {
  readonly features: number;
  readonly answers: number;
}

/** The weights by which unlabelled images teach. */
export const sharpened = ({ features, answers, alone }: Weights, by: Sharpening): Weights => ({
  features,
  answers: answers.map((weight) => by.answers * weight),
  alone: answers.length ? alone : by.features,
});
