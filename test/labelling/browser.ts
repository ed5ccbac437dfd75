import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openPage, type Page } from '../notebooks/jupyter/page';
import { scratchFolder } from '../scratch';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A Chromium on this machine; undefined: none. */
export const chromium = (): string | undefined =>
  names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

export interface Browser {
  /** A new tab. */
  open(url: string): Promise<Tab>;
  close(): Promise<void>;
}

/** A page with a keyboard. */
export interface Tab extends Page {
  /** Real key events, one for each key: "a", "Enter", "ArrowDown". */
  press(...keys: string[]): Promise<void>;
  /** Waits until an expression holds in the page. */
  until(condition: string, seconds?: number): Promise<void>;
}

/** A headless Chromium with a profile of its own, that asks nothing of the network. */
export async function startBrowser(command: string): Promise<Browser> {
  const profile = scratchFolder('chromium');
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  const flags = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-allow-origins=*',
    '--remote-debugging-port=0',
  ];
  const child = spawn(command, [...flags, ...quiet, `--user-data-dir=${profile}`, '--window-size=1400,900'], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: profile },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const file = path.join(profile, 'DevToolsActivePort');
  for (let i = 0; !existsSync(file) || !readFileSync(file, 'utf8').includes('\n'); i++) {
    if (i > 300) throw new Error(`${command} did not start within 30 seconds`);
    await wait(100);
  }
  const port = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return {
    async open(url) {
      const page = await openPage(port, url);
      return { ...page, press: (...keys) => press(page, keys), until: (...condition) => until(page, ...condition) };
    },
    async close() {
      child.kill();
      await ended;
      await removed(profile);
    },
  };
}

/** Removes a folder in which ending processes may still be writing. */
async function removed(folder: string): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (i > 100) throw error;
      await wait(100);
    }
  }
}

const codes: Readonly<Record<string, number>> = {
  Enter: 13,
  Escape: 27,
  Tab: 9,
  ' ': 32,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
};

async function press(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
    const event = { key, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0) };
    await page.send('Input.dispatchKeyEvent', {
      ...event,
      type: text ? 'keyDown' : 'rawKeyDown',
      ...(text && { text }),
    });
    await page.send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
  }
}

async function until(page: Page, condition: string, seconds = 20): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!(await page.evaluate(`Boolean(${condition})`))) {
    if (Date.now() > end) throw new Error(`Not within ${seconds} seconds: ${condition}`);
    await wait(20);
  }
}
