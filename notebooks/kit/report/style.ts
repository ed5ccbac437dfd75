import { darkFigures } from '../figures/dark';

/** The look of report and notebook pages: one column, light or dark as the reader's system is, nothing wider than a phone. */
export const css = `
:root { color-scheme: light dark; --text: #1f2328; --muted: #5c6470; --rule: #d8dce2; --soft: #f6f7f9; --link: #0066a0; --paper: #fff; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--paper); font: 16px/1.55 system-ui, 'Helvetica Neue', Arial, sans-serif; overflow-wrap: break-word; }
main { margin: 0 auto; padding: 24px 32px 48px; max-width: 1200px; }
main p, main li { max-width: 58em; }
h1, h2, h3 { line-height: 1.25; margin: 1.2em 0 0.4em; }
header h1 { margin-top: 0; font-size: 1.35em; }
header p { margin: 0.2em 0; color: var(--muted); }
a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0; font-size: 14px; }
section { border-top: 1px solid var(--rule); margin-top: 14px; }
section h2 { margin-top: 0.8em; }
section ul { padding-left: 1.2em; }
.more { font-size: 14px; margin: 4px 0 0; }
figure { margin: 10px 0; }
figure img, .output img { display: block; max-width: 100%; height: auto; }
.beside { display: flex; flex-wrap: wrap; align-items: center; gap: 0 28px; }
.beside > figure { max-width: 100%; margin: 0; }
.words p, .words ul, section > p { margin-top: 0.5em; margin-bottom: 0.5em; }
.words { flex: 1 1 320px; min-width: 0; }
.words .output { margin: 4px 0; }
.words td:first-child { min-width: 6em; }
.narrow { display: none; }
pre { overflow-x: auto; margin: 8px 0; padding: 10px 14px; background: var(--soft); border-radius: 5px; font: 13px/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
code { font: 0.88em ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
pre code { font: inherit; }
pre.stderr { border-left: 3px solid #d55e00; white-space: pre-wrap; }
details.code { margin: 10px 0; color: var(--muted); }
details.code summary { cursor: pointer; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
details.code[open] summary code { visibility: hidden; }
details.code pre { color: var(--text); margin-top: 2px; }
.output { margin: 12px 0; overflow-x: auto; }
table { border-collapse: collapse; }
math { max-width: 100%; overflow-x: auto; overflow-y: hidden; }
@media (max-width: 760px) {
  main { padding: 16px 12px 40px; }
  main .output { margin-left: -10px; margin-right: -10px; }
  .narrow { display: block; }
  .wide { display: none; }
  .narrow img { margin: 0 auto; }
  .output table { font-size: 9.5px !important; }
  .output th, .output td { padding: 2px 3px !important; white-space: normal !important; }
  article .output > p { padding: 0 10px; }
  math[display='block'] { font-size: 0.8em; }
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e2e5ea; --muted: #9aa3af; --rule: #363c45; --soft: #1e2329; --link: #6cb8f0; --paper: #141414; }
  figure.drawn img { filter: invert(0.92) hue-rotate(180deg); }
  ${darkFigures('.output')}
  .output table { color: var(--text); }
}
@media print {
  nav, details.code { display: none; }
  main { padding: 0; max-width: none; }
  body { font-size: 11pt; }
  figure, .output { break-inside: avoid; overflow: visible; }
  h1, h2, h3 { break-after: avoid; }
}
`;
