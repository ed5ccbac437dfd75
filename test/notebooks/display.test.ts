import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { escapeHtml, jsonForScript } from '../../notebooks/kit/display';
import { duration } from '../../lib/duration';
import { renderTable } from '../../notebooks/kit/table';

test('escapeHtml(text) leaves nothing that HTML would obey', () => {
  assert.equal(escapeHtml(`<a href="x">'&'</a>`), '&#60;a href=&#34;x&#34;&#62;&#39;&#38;&#39;&#60;/a&#62;');
  assert.ok(!jsonForScript({ text: '</script><!--' }).includes('<'));
  assert.deepEqual(JSON.parse(jsonForScript({ text: '</script>' })), { text: '</script>' });
});

test('duration(seconds) is said in at most two units', () =>
  assert.deepEqual([0.4, 59.4, 60, 200, 3600, 7500].map(duration), [
    '0 s',
    '59 s',
    '1 min',
    '3 min 20 s',
    '1 h 0 min',
    '2 h 5 min',
  ]));

describe('renderTable', () => {
  test('gives each column one number of digits, and aligns numbers right', () => {
    const { text } = renderTable([
      { strategy: 'random', auc: 36.123, n: 3 },
      { strategy: 'badge', auc: 7.6, n: 12 },
    ]);
    assert.equal(text, 'strategy   auc   n\nrandom    36.1   3\nbadge      7.6  12');
  });

  test('escapes names and values, and marks the best of a column', () => {
    const { html } = renderTable(
      [
        { '<a>': '<b>', x: 1 },
        { '<a>': 'c', x: 2 },
      ],
      { best: { x: 'largest' }, caption: '<i>' },
    );
    assert.ok(!/<(a|b>&|i)>/.test(html.replace('<b>2</b>', '')));
    assert.ok(html.includes('<b>2</b>') && !html.includes('<b>1</b>'));
  });

  test('shows missing and infinite values as dashes, and minus signs as such', () => {
    const { text } = renderTable([{ a: -1.5, b: null }, { a: NaN, b: 2 }, { a: 0.25 }], { digits: 2 });
    assert.equal(text, '    a  b\n−1.50  –\n    –  2\n 0.25  –');
  });

  test('refuses to show nothing', () => assert.throws(() => renderTable([]), /needs at least one column/));
});
