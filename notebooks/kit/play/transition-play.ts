import type { Matrix } from '../../../lib/engine/matrix';
import { check } from '../../../lib/errors';
import { showWidget, type PlaceOnPage } from './widget';

interface Start {
  readonly T: readonly (readonly number[])[];
  readonly groups: readonly string[];
}

/** The first groups' rows and columns of T, each row summing to 1 again. */
export function partOf(T: Matrix, groups: readonly string[], count: number): Start {
  check(T.rows === groups.length, `T has ${T.rows} rows for ${groups.length} groups`);
  const n = Math.min(count, groups.length);
  const rows = Array.from({ length: n }, (_, i) => {
    const row = Array.from({ length: n }, (_, j) => T.data[i * T.columns + j]!);
    const sum = row.reduce((total, p) => total + p, 0);
    check(sum > 0, `The first ${n} groups are never an answer to "${groups[i]}"`);
    return row.map((p) => p / sum);
  });
  return { T: rows, groups: groups.slice(0, n) };
}

/**
 * A transition matrix to play with: a click on an entry raises it by a tenth (with shift: lowers it), its row adapts; a click on
 * an answer says what that answer then tells of the true group, and what it costs a network that believes so and so.
 */
export function transitionPlay(T: Matrix, groups: readonly string[], count = 6): void {
  const data = partOf(T, groups, count);
  const text = `A transition matrix of ${data.groups.join(', ')} to play with; run the cell in a trusted notebook.`;
  showWidget({ script: play, data, text });
}

/** Runs in the browser. */
function play(place: PlaceOnPage, { T: start, groups }: Start): void {
  const T = start.map((row) => [...row]);
  let [answer, believed, belief] = [0, 0, 0.5];
  const make = (tag: string, text = '', style = ''): PlaceOnPage => {
    const element = place.ownerDocument.createElement(tag);
    element.textContent = text;
    element.style.cssText = style;
    return element;
  };
  const cell = 'padding: 4px 8px; text-align: right; cursor: pointer; border: 1px solid rgba(128, 128, 128, 0.3)';
  const raise = (i: number, j: number, down: boolean): void => {
    const row = T[i]!;
    row[j] = Math.min(1, Math.max(0.01, row[j]! + (down ? -0.1 : 0.1)));
    const sum = row.reduce((total, p) => total + p, 0);
    T[i] = row.map((p) => p / sum);
  };
  const draw = (): void => {
    const p = groups.map((_, i) => (i === believed ? belief : (1 - belief) / (groups.length - 1)));
    const joint = p.map((q, i) => q * T[i]![answer]!);
    const evidence = joint.reduce((total, q) => total + q, 0);
    const table = make('table', '', 'border-collapse: collapse');
    const head = make('tr');
    head.append(make('th', 'true group \\ answer', 'text-align: left; font-weight: normal'));
    groups.forEach((group, j) => {
      const th = make('th', group, `${cell}; ${j === answer ? 'text-decoration: underline' : 'font-weight: normal'}`);
      th.addEventListener('click', () => {
        answer = j;
        draw();
      });
      head.append(th);
    });
    head.append(make('th', 'believed', 'padding: 4px 8px'), make('th', 'after the answer', 'padding: 4px 8px'));
    table.append(head);
    groups.forEach((group, i) => {
      const tr = make('tr');
      const name = make('th', group, `${cell}; text-align: left; ${i === believed ? '' : 'font-weight: normal'}`);
      name.title = 'click: the network believes in this group most';
      name.addEventListener('click', () => {
        believed = i;
        draw();
      });
      tr.append(name);
      T[i]!.forEach((q, j) => {
        const td = make('td', (100 * q).toFixed(0), `${cell}; background: rgba(0, 114, 178, ${(0.6 * q).toFixed(2)})`);
        td.title = 'click: a tenth more; with shift: a tenth less';
        td.addEventListener('click', ({ shiftKey }) => {
          raise(i, j, shiftKey);
          draw();
        });
        tr.append(td);
      });
      tr.append(make('td', `${(100 * p[i]!).toFixed(0)} %`, 'padding: 4px 8px; text-align: right'));
      tr.append(
        make(
          'td',
          `${((100 * joint[i]!) / evidence).toFixed(0)} %`,
          'padding: 4px 8px; text-align: right; font-weight: bold',
        ),
      );
      table.append(tr);
    });
    const slider = make('input');
    Object.assign(slider, { type: 'range', min: '0.05', max: '0.95', step: '0.05', value: String(belief) });
    slider.addEventListener('change', () => {
      belief = Number(slider.value);
      draw();
    });
    const how = make(
      'div',
      `The network believes in ${groups[believed]} by ${(100 * belief).toFixed(0)} % `,
      'margin: 6px 0',
    );
    how.append(slider);
    const words =
      `The annotator says “${groups[answer]}”. Loss, taken as true: −log ${p[answer]!.toFixed(2)} = ${(-Math.log(p[answer]!)).toFixed(2)}; ` +
      `corrected: −log ${evidence.toFixed(2)} = ${(-Math.log(evidence)).toFixed(2)}.`;
    place.replaceChildren(how, table, make('div', words, 'margin-top: 6px'));
  };
  draw();
}
