/** The report's look: a column of text with its contents beside it; on paper without them. */
export const css = `
:root { --text: #1f2328; --muted: #5c6470; --rule: #d8dce2; --soft: #f6f7f9; --link: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: #fff; font: 16px/1.6 system-ui, 'Helvetica Neue', Arial, sans-serif; }
nav { position: fixed; inset: 0 auto 0 0; width: 260px; overflow-y: auto; padding: 28px 20px; background: var(--soft); border-right: 1px solid var(--rule); font-size: 14px; line-height: 1.4; }
nav .title { margin: 0 0 12px; font-weight: 650; }
nav ul { list-style: none; margin: 0 0 18px; padding: 0; }
nav li { margin: 5px 0; }
nav .level-1 { font-weight: 600; }
nav .level-2 { padding-left: 12px; }
nav a { color: inherit; text-decoration: none; }
a { color: var(--link); }
nav a:hover { color: var(--link); text-decoration: underline; }
main { margin-left: 260px; padding: 28px 48px 80px; max-width: 1140px; }
main p, main li { max-width: 46em; }
h1, h2, h3 { line-height: 1.25; margin: 1.6em 0 0.5em; }
header h1 { margin-top: 0; }
header p { color: var(--muted); }
article { border-top: 1px solid var(--rule); margin-top: 40px; }
pre { overflow-x: auto; margin: 8px 0; padding: 10px 14px; background: var(--soft); border-radius: 5px; font: 13px/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
code { font: 0.88em ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
pre code { font: inherit; }
pre.stderr { border-left: 3px solid #d55e00; }
details.code { margin: 10px 0; color: var(--muted); }
details.code summary { cursor: pointer; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 60em; }
details.code[open] summary code { visibility: hidden; }
details.code pre { color: var(--text); margin-top: 2px; }
.output { margin: 12px 0; overflow-x: auto; }
.output img { max-width: 100%; height: auto; }
main article table { border-collapse: collapse; }
.headlines { border-collapse: collapse; margin: 16px 0; }
.headlines th { text-align: left; font-weight: 500; color: var(--muted); }
.headlines th, .headlines td { padding: 5px 24px 5px 0; border-bottom: 1px solid var(--rule); }
.headlines td { font-weight: 650; font-variant-numeric: tabular-nums; }
@media (max-width: 900px) {
  nav { position: static; width: auto; border: 0; border-bottom: 1px solid var(--rule); }
  main { margin: 0; padding: 20px; }
}
@media print {
  nav, details.code { display: none; }
  main { margin: 0; padding: 0; max-width: none; }
  body { font-size: 11pt; }
  .output { break-inside: avoid; overflow: visible; }
  h1, h2, h3 { break-after: avoid; }
}
`;
