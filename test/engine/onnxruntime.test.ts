import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { scratchFolder } from '../scratch';

test('onnxruntime is told to report nothing, so that it keeps no session in the temporary folder', () => {
  const TMPDIR = scratchFolder('telemetry');
  const engine = JSON.stringify(path.join(__dirname, '../../lib/engine'));
  const code = `require(${engine}).createEngine({ name: 'onnxruntime' }).then(({ name }) => console.log(name))`;
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR };
  delete env.ORT_DISABLE_TELEMETRY;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', code], { encoding: 'utf8', env });
  assert.match(stdout, /^onnxruntime/, stderr);
  assert.deepEqual(
    readdirSync(TMPDIR).filter((name) => !name.startsWith('tsx')),
    [],
  );
});
