import { createHash } from 'node:crypto';
import { display, jsonForScript } from '../display';

export interface Widget {
  /** The script: gets its place on the page and the data. Runs in the reader's browser, so it can use nothing of ours. */
  readonly script: (place: PlaceOnPage, data: never) => void;
  readonly data: unknown;
  /** For those who see no HTML, or have not trusted the notebook. */
  readonly text: string;
}

/** What a widget's script uses of a browser's element; the types of a browser are not those of this project. */
export interface PlaceOnPage {
  append(...children: (PlaceOnPage | string)[]): void;
  replaceChildren(...children: (PlaceOnPage | string)[]): void;
  addEventListener(type: string, listener: (event: { shiftKey: boolean }) => void): void;
  ownerDocument: { createElement(tag: string): PlaceOnPage };
  style: { cssText: string };
  textContent: string;
  value: string;
  title: string;
  type: string;
  name: string;
  min: string;
  max: string;
  step: string;
  checked: boolean;
}

/** Shows something to play with that answers in the browser at once, without the kernel. */
export function showWidget({ script, data, text }: Widget): void {
  // Compilers that keep functions' names call this helper of theirs, which is not on the page.
  const source = `(function () { var __name = function (f) { return f; }; return ${String(script)}; })()`;
  const id = `play-${createHash('sha256').update(source).update(JSON.stringify(data)).digest('hex').slice(0, 12)}`;
  const html =
    `<div id="${id}" style="font: 13px sans-serif; max-width: 60em; overflow-x: auto"></div>\n<script>\n` +
    `(${source})(document.getElementById('${id}'), ${jsonForScript(data)});\n</script>`;
  display({ data: { 'text/html': html, 'text/plain': text } });
}
