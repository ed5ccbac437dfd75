import type { Figure } from './figure';
import { fontFamily, ink, size, supervision } from './style';

interface Box {
  /** Centre, in units of the drawing: 0..100 across, 0..100 down. */
  readonly at: readonly [x: number, y: number];
  readonly width: number;
  readonly text: string;
  readonly color?: string;
}

const boxes = {
  pool: { at: [11, 22], width: 18, text: '<b>pool</b><br>images without<br>full label' },
  query: { at: [36, 22], width: 20, text: '<b>query</b><br>value per cost:<br>u · M / c' },
  human: { at: [61, 10], width: 17, text: '<b>human</b><br>fine class, costs 1', color: supervision.full },
  annotator: { at: [61, 34], width: 17, text: '<b>VLM</b><br>group, costs 0.01', color: supervision.weak },
  T: { at: [87, 34], width: 19, text: '<b>T</b>: how the VLM errs,<br>from images that<br>have both labels' },
  x: { at: [11, 78], width: 18, text: '<b>features</b> of<br>an image, whitened' },
  shared: { at: [36, 78], width: 20, text: '<b>shared layer</b><br>ReLU, 256 units' },
  fine: { at: [61, 68], width: 17, text: '<b>fine head</b><br>p(class)', color: supervision.full },
  coarse: { at: [61, 90], width: 17, text: '<b>coarse head</b><br>p(group)', color: supervision.weak },
  fineLoss: { at: [87, 68], width: 19, text: '−log p(class)' },
  coarseLoss: { at: [87, 90], width: 19, text: '−log Σ p(group) T<br>(own groups: without T)' },
} satisfies Record<string, Box>;

type Name = keyof typeof boxes;
const arrows: readonly (readonly [Name, Name])[] = [
  ...([
    ['pool', 'query'],
    ['query', 'human'],
    ['query', 'annotator'],
    ['annotator', 'T'],
  ] as const),
  ...([
    ['x', 'shared'],
    ['shared', 'fine'],
    ['shared', 'coarse'],
    ['fine', 'fineLoss'],
    ['coarse', 'coarseLoss'],
  ] as const),
];
const height = 15;
const plotHeight = 330;

/** The loop and the network, as one drawing: who is asked for what, and what learns from it. No data are in it. */
export function methodDiagram(): Figure {
  const all: [string, Box][] = Object.entries(boxes);
  const shapes = all.map(
    ([
      ,
      {
        at: [x, y],
        width,
        color,
      },
    ]) => ({
      type: 'rect',
      x0: x - width / 2,
      x1: x + width / 2,
      y0: y - height / 2,
      y1: y + height / 2,
      line: { color: color ?? ink.muted, width: color ? 2 : 1 },
      fillcolor: ink.paper,
    }),
  );
  const words = all.map(
    ([
      ,
      {
        at: [x, y],
        text,
      },
    ]) => ({ x, y, text, showarrow: false, font: { size: size.small, color: ink.text, family: fontFamily } }),
  );
  // lines and triangles: plotly's own arrows need a browser to be measured
  const lines = arrows.flatMap(([from, to]) => {
    const [a, b]: [Box, Box] = [boxes[from], boxes[to]];
    const [x0, y0, x1, y1] = [a.at[0] + a.width / 2, a.at[1], b.at[0] - b.width / 2, b.at[1]];
    const head = `M ${x1} ${y1} L ${x1 - 1.4} ${y1 - 1.3} L ${x1 - 1.4} ${y1 + 1.3} Z`;
    return [
      { type: 'line', x0, y0, x1: x1 - 1, y1, line: { color: ink.muted, width: 1.2 } },
      { type: 'path', path: head, fillcolor: ink.muted, line: { width: 0 } },
    ];
  });
  const note = (x: number, y: number, text: string) => ({
    x,
    y,
    text,
    showarrow: false,
    xanchor: 'left',
    font: { size: size.small, color: ink.muted, family: fontFamily },
  });
  const title = 'The loop, and the network inside it';
  return {
    name: 'method',
    title,
    caption: 'A drawing; no data are in it.',
    text:
      'Each round the query chooses images by value per cost; a human gives fine classes, the VLM groups; images with both ' +
      'labels tell T. Features go through one shared layer into a fine head and a coarse head; weak labels are learned through T.',
    width: size.width,
    height: plotHeight + 60,
    data: [{ type: 'scatter', x: [], y: [] }],
    layout: {
      title: {
        text: `<b>${title}</b>`,
        x: 0.02,
        xanchor: 'left',
        font: { size: size.title, color: ink.text, family: fontFamily },
      },
      margin: { l: 12, r: 12, t: 44, b: 10 },
      paper_bgcolor: ink.paper,
      plot_bgcolor: ink.paper,
      showlegend: false,
      xaxis: { visible: false, range: [0, 98], fixedrange: true },
      yaxis: { visible: false, range: [104, -3], fixedrange: true },
      shapes: [...lines, ...shapes],
      annotations: [
        ...words,
        note(2, 0.5, 'a round: every label is paid for'),
        note(
          2,
          55,
          'then the network is trained from scratch, and asked again: <b>u</b> = how unsure a head is, <b>M</b> = what one more label improves',
        ),
      ],
    },
  };
}
