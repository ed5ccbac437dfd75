import { DOMMatrix, DOMPoint } from '@napi-rs/canvas';
import { textWidth } from './text';

/** Sides of a rectangle, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const nowhere: Box = { left: 0, top: 0, right: 0, bottom: 0 };

/** The box of an SVG element of plotly's in its own coordinates: texts, rectangles and groups of them; all else is nowhere. */
export function boxOf(element: Element): Box {
  if (element.tagName === 'text') return textBox(element);
  if (element.tagName === 'rect') {
    const [left, top] = [number(element, 'x'), number(element, 'y')];
    return { left, top, right: left + number(element, 'width'), bottom: top + number(element, 'height') };
  }
  const corners = [...element.children].flatMap((child) => cornersInParent(child, boxOf(child)));
  return corners.length ? around(corners) : nowhere;
}

const around = (points: readonly { x: number; y: number }[]): Box => ({
  left: Math.min(...points.map(({ x }) => x)),
  top: Math.min(...points.map(({ y }) => y)),
  right: Math.max(...points.map(({ x }) => x)),
  bottom: Math.max(...points.map(({ y }) => y)),
});

/** The corners of a child's box where its transform puts them; none if it is empty. */
function cornersInParent(child: Element, { left, top, right, bottom }: Box): DOMPoint[] {
  if (right <= left) return [];
  const matrix = matrixOf(child.getAttribute('transform') ?? '');
  const xs = [left, right];
  return xs.flatMap((x) => [top, bottom].map((y) => new DOMPoint(x, y).matrixTransform(matrix)));
}

/** SVG's translate, rotate (about a point) and scale, in a row. */
function matrixOf(transform: string): DOMMatrix {
  let matrix = new DOMMatrix();
  for (const [, kind, list = ''] of transform.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b, c = 0] = list.split(/[\s,]+/).map(Number);
    if (kind === 'translate') matrix = matrix.translate(a, b ?? 0);
    if (kind === 'scale') matrix = matrix.scale(a, b ?? a);
    if (kind === 'rotate')
      matrix = matrix
        .translate(b ?? 0, c)
        .rotate(a)
        .translate(-(b ?? 0), -c);
  }
  return matrix;
}

function textBox(text: Element): Box {
  const tspans = [...text.children].filter((child) => child.classList.contains('line'));
  const lines = tspans.length ? tspans : [text];
  const width = Math.max(...lines.map((line) => runWidth(line, fontOf(text))));
  const { fontSize } = fontOf(text);
  if (!width) return nowhere;
  const anchor = styled(text, 'text-anchor');
  const left = number(text, 'x') - width * (anchor === 'middle' ? 0.5 : anchor === 'end' ? 1 : 0);
  const top = number(text, 'y') - 0.928 * fontSize;
  return { left, top, right: left + width, bottom: top + (1.164 + 1.3 * (lines.length - 1)) * fontSize };
}

interface Font {
  readonly fontSize: number;
  readonly bold: boolean;
}

/** The width of all text in an element, each part in its own size and weight. */
function runWidth(element: Element, inherited: Font): number {
  const font = fontOf(element, inherited);
  let width = 0;
  for (const node of element.childNodes)
    width +=
      node.nodeType === 3
        ? textWidth(node.textContent ?? '', font.fontSize, font.bold)
        : runWidth(node as Element, font);
  return width;
}

/** Writes down how wide an SVG text is in our font, part by part. */
export function keepWidths(element: Element, inherited?: Font): void {
  const font = fontOf(element, inherited);
  const words = element.textContent ?? '';
  if (element.children.length) return [...element.children].forEach((child) => keepWidths(child, font));
  if (!words.trim()) return;
  element.setAttribute('textLength', textWidth(words, font.fontSize, font.bold).toFixed(1));
  element.setAttribute('lengthAdjust', 'spacingAndGlyphs');
}

function fontOf(element: Element, inherited: Font = { fontSize: 12, bold: false }): Font {
  const given = styled(element, 'font-size');
  const weight = styled(element, 'font-weight');
  const value = parseFloat(given);
  const fontSize = !given ? inherited.fontSize : given.endsWith('%') ? (inherited.fontSize * value) / 100 : value;
  return { fontSize, bold: weight ? weight === 'bold' || Number(weight) >= 600 : inherited.bold };
}

const styled = (element: Element, name: string): string =>
  (element as SVGElement).style.getPropertyValue(name) || (element.getAttribute(name) ?? '');

const number = (element: Element, name: string): number => parseFloat(element.getAttribute(name) ?? '') || 0;
