import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const channels = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
export type Channel = (typeof channels)[number];

/** Where a kernel listens, in a file only its user can read. */
export interface Connection {
  readonly file: string;
  /** Signs messages. */
  readonly key: string;
  address(channel: Channel): string;
  /** Removes the file, and sockets with it. */
  remove(): void;
}

/** Sockets in the file's own folder where the system has them (no port can be taken), else free local ports. */
export async function createConnection(transport: 'ipc' | 'tcp' = defaultTransport()): Promise<Connection> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernel-'));
  const file = path.join(folder, 'connection.json');
  const key = randomBytes(32).toString('hex');
  const ip = transport === 'ipc' ? path.join(folder, 'socket') : '127.0.0.1';
  const ports = transport === 'ipc' ? channels.map((_, i) => i + 1) : await freePorts(channels.length);
  const named = Object.fromEntries(channels.map((channel, i) => [`${channel}_port`, ports[i]]));
  writeFileSync(file, JSON.stringify({ ...named, ip, transport, key, signature_scheme: 'hmac-sha256' }), {
    mode: 0o600,
  });
  return {
    file,
    key,
    address: (channel) => `${transport}://${ip}:${ports[channels.indexOf(channel)]}`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A socket's path may have about 100 bytes. */
const defaultTransport = (): 'ipc' | 'tcp' =>
  process.platform === 'win32' || Buffer.byteLength(tmpdir()) > 70 ? 'tcp' : 'ipc';

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
