/// <reference lib="dom" />
import type { PageAction, PageFixed, PageState } from '../page-state';
import { Chooser } from './chooser';
import { Connection } from './connection';
import { byId } from './dom';
import { View } from './view';

async function start(): Promise<void> {
  const { title, classes, canFinish } = (await (await fetch('project')).json()) as PageFixed;
  byId('title').textContent = document.title = title;
  const view = new View(classes.length);
  let state: PageState | undefined;
  /** What was shown when something was done last: a key that is hit twice before the page changes does one thing. */
  let acted: string | undefined;
  let queue = Promise.resolve();

  const act = (action: PageAction): void => {
    const shown = inShort(state);
    if (shown === acted) return;
    acted = shown;
    queue = queue.then(async () => {
      try {
        await connection.act(action);
        view.alert();
      } catch (error) {
        view.alert((error as Error).message);
        if (acted === shown) acted = undefined;
      }
    });
  };
  const onItem = (does: 'skip' | 'not-in-list') => (): void => {
    if (state?.item) act({ do: does, image: state.item.image });
  };
  const [skip, notInList] = [onItem('skip'), onItem('not-in-list')];
  const undo = (): void => {
    if (state?.last !== undefined) act({ do: 'undo' });
  };
  const chooser = new Chooser(classes, (fine) => {
    if (state?.item) act({ do: 'label', image: state.item.image, fine });
  });

  const connection = new Connection({
    state(next) {
      if (state && next.version < state.version) return;
      const before = state;
      state = next;
      if (inShort(next) !== acted) acted = undefined;
      view.draw(next);
      if (next.item && next.item.image !== before?.item?.image) chooser.show(next.item.likeliest);
      if (next.phase === 'labelling' && before?.phase !== 'labelling' && isAlone()) chooser.field.focus();
    },
    learning: (progress) => view.drawLearning(progress),
    connected: (is) =>
      view.alert(is ? undefined : 'The server does not answer. What you labelled is kept; start it again to go on.'),
  });

  const shortcuts: Readonly<Record<string, () => void>> = { '0': notInList, ArrowRight: skip, ArrowLeft: undo };
  chooser.field.addEventListener('keydown', (event) => {
    const { key, repeat, ctrlKey, metaKey, altKey, isComposing } = event;
    if (isComposing || altKey) return;
    const isArrow = key === 'ArrowDown' || key === 'ArrowUp';
    if (ctrlKey || metaKey) {
      if (key !== 'z' || !chooser.isEmpty || repeat) return;
      undo();
    } else if (repeat && !isArrow && (chooser.isEmpty || key === 'Enter')) {
      // a key that is held down must not go through one image after the other
    } else if (!chooser.press(key)) {
      const shortcut = chooser.isEmpty ? shortcuts[key] : undefined;
      if (!shortcut) return;
      shortcut();
    }
    event.preventDefault();
  });
  document.addEventListener('keydown', ({ target, key, ctrlKey, metaKey, altKey }) => {
    // who types anywhere means the field
    if (target === document.body && key.length === 1 && !ctrlKey && !metaKey && !altKey) chooser.field.focus();
  });
  byId('undo').addEventListener('click', undo);
  byId('back').addEventListener('click', undo);
  byId('skip').addEventListener('click', skip);
  byId('not-in-list').addEventListener('click', notInList);
  byId('finish').hidden = !canFinish;
  byId('finish').addEventListener('click', () => act({ do: 'finish' }));
  byId('again').addEventListener('click', () => act({ do: 'learn' }));
}

const inShort = (state: PageState | undefined): string =>
  JSON.stringify([state?.phase, state?.item?.image, state?.last]);

/** In a frame of a notebook the focus is not taken away from the notebook. */
const isAlone = (): boolean => window.top === window;

void start();
