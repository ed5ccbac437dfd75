import { matrix, softmaxRows, type Matrix } from '../../engine/matrix';

/** softmax(logits / temperature), row by row. */
export function classProbabilities({ rows, columns, data }: Matrix, temperature: number): Matrix {
  const scaled = data.map((logit) => logit / temperature);
  return softmaxRows(matrix(rows, columns, scaled));
}

/**
 * The temperature at which the true classes are likeliest (Guo et al., ICML 2017), by bisection between 1/8 and 1,024, to
 * 2 %: the log-likelihood is concave in 1 / temperature. `likelihood` is the mean log-probability of the true class there.
 */
export function likeliestTemperature(logits: Matrix, truth: Int32Array): { temperature: number; likelihood: number } {
  let [low, high] = [-3, 10]; // log2
  let likelihood = -Infinity;
  while (high - low > 0.06) {
    const middle = (low + high) / 2;
    const at = likelihoodAt(logits, truth, 2 ** middle);
    likelihood = Math.max(likelihood, at.likelihood);
    if (at.slope > 0) high = middle;
    else low = middle;
  }
  return { temperature: 2 ** ((low + high) / 2), likelihood };
}

/** The mean log-probability of the true class, and its slope by 1 / temperature: true logit minus expected one. */
function likelihoodAt({ columns, data }: Matrix, truth: Int32Array, temperature: number) {
  let likelihood = 0;
  let slope = 0;
  for (let i = 0; i < truth.length; i++) {
    const from = i * columns;
    let top = -Infinity;
    for (let k = from; k < from + columns; k++) if (data[k]! > top) top = data[k]!;
    let mass = 0;
    let moment = 0;
    for (let k = from; k < from + columns; k++) {
      const e = Math.exp((data[k]! - top) / temperature);
      mass += e;
      moment += e * data[k]!;
    }
    const truly = data[from + truth[i]!]!;
    likelihood += ((truly - top) / temperature - Math.log(mass)) / truth.length;
    slope += (truly - moment / mass) / truth.length;
  }
  return { likelihood, slope };
}
