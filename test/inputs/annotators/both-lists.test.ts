import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotated, clients } from './annotated';
import type { ServerOptions } from './vlm-server';

test('both lists are asked about in one request, and one line keeps both answers', async () => {
  const answer: ServerOptions['answer'] = ({ text }, n) =>
    ['serif | Lora Bold', '{"group": "sans", "class": "Arvo"}', 'Group: none\nClass: Inter', 'Inter'][n % 4]! +
    (text.includes('Groups:\n- mono') ? '' : '!');
  for (const client of Object.keys(clients)) {
    const { server, lines } = await annotated({
      client,
      images: 8,
      server: { answer },
      mode: 'text',
      granularity: 'both',
      input: { concurrency: 1 },
    });
    assert.equal(server.asked.length, 8);
    assert.deepEqual(
      lines.slice(0, 4).map(({ group, label, status }) => [group, label, status]),
      [
        ['serif', 'Lora Bold', 'answered'],
        ['sans', 'Arvo', 'answered'],
        [null, 'Inter', 'answered'],
        ['serif', 'Inter', 'answered'],
      ],
    );
  }
});

test('a batch is answered for both lists, one line an image', async () => {
  const answer: ServerOptions['answer'] = ({ pictures }) =>
    pictures.map((_, i) => `${i + 1}: mono | ${i % 2 ? 'Arvo' : 'Inter'}`).join('\n');
  const { lines, server } = await annotated({ images: 8, batch: 4, granularity: 'both', server: { answer } });
  assert.deepEqual([server.asked.length, lines.length], [2, 8]);
  assert.deepEqual([lines[0]!.group, lines[0]!.label, lines[1]!.label], ['mono', 'Inter', 'Arvo']);
});

test('where only classes are allowed as answers, both lists are, too', async () => {
  const answer: ServerOptions['answer'] = ({ pictures }) => {
    const one = { group: 'mono', class: 'Inter' };
    return JSON.stringify(pictures.length === 1 ? one : pictures.map((_, i) => ({ image: i + 1, ...one })));
  };
  for (const client of Object.keys(clients))
    for (const batch of [1, 2]) {
      const asking = { client, images: 6, batch, granularity: 'both', mode: 'enum', server: { answer } } as const;
      const { lines, server } = await annotated(asking);
      const { generationConfig, response_format: format } = server.asked[0]!.body;
      const schema = JSON.stringify(generationConfig ?? format);
      assert.match(schema, /"group":{[^}]*"enum":\["mono","sans","serif"\][^}]*},"class":{[^}]*"enum":\["Lora Bold"/);
      assert.deepEqual([...new Set(lines.map(({ group, label }) => `${group} ${label}`))], ['mono Inter']);
    }
});
