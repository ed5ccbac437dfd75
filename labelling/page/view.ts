import { duration } from '../../lib/duration';
import type { Fact, Learning, PageItem, PageState } from '../page-state';
import { byId, element } from './dom';

const HEADINGS = { learning: 'The model is learning', failed: 'The model could not learn', ended: 'All done' } as const;

/** Draws a state but for the list of classes. */
export class View {
  private shown: number | undefined;
  private clock: ReturnType<typeof setInterval> | undefined;
  private readonly ahead = new Map<number, HTMLImageElement>();
  private readonly hintOn = byId('hint-on', HTMLInputElement);

  constructor(classes: number) {
    byId('question').textContent = `Which of the ${classes} classes is it?`;
    this.hintOn.checked = remembered('hint') !== 'off';
    this.hintOn.addEventListener('change', () => {
      remember('hint', this.hintOn.checked ? 'on' : 'off');
      this.drawHint();
    });
    const image = byId('image', HTMLImageElement);
    const fail = (): void =>
      this.alert('This image cannot be shown; it may have been moved. Skip it, or reload the page.');
    image.addEventListener('error', fail);
  }

  draw(state: PageState): void {
    const { phase, batch, facts, item, learning, message, last, done, advice } = state;
    const isLabelling = phase === 'labelling';
    byId('panel').hidden = !isLabelling;
    byId('pause').hidden = isLabelling;
    byId('batch-words').textContent = batch.words;
    const bar = byId('batch-bar', HTMLProgressElement);
    bar.max = batch.total || 1;
    bar.value = batch.done;
    byId('facts').replaceChildren(...facts.map(factBox));
    if (item) this.drawItem(item);
    const figure = document.querySelector('figure')!;
    figure.hidden = this.shown === undefined;
    figure.classList.toggle('resting', !isLabelling);
    byId('undo', HTMLButtonElement).disabled = last === undefined;
    clearInterval(this.clock);
    if (!isLabelling) {
      byId('pause-title').textContent = HEADINGS[phase];
      byId('pause-words').textContent = message ?? '';
      byId('again').hidden = phase !== 'failed';
      byId('back').hidden = phase === 'learning' || last === undefined;
      byId('pause-bar').hidden = phase !== 'learning';
      if (learning) this.drawLearning(learning);
    }
    byId('said').textContent = done; // read out, too
    byId('advice').textContent = advice ?? '';
    for (const image of state.upcoming) this.fetchAhead(image);
  }

  /** The bar goes on by the time left until the server, which is busy, says more. */
  drawLearning({ share, words, secondsLeft }: Learning): void {
    clearInterval(this.clock);
    const began = performance.now();
    const draw = (): void => {
      const passed = (performance.now() - began) / 1000;
      const left = Math.max(0, (secondsLeft ?? 0) - passed);
      const further = secondsLeft ? Math.min(1, passed / secondsLeft) * (1 - share) : 0;
      byId('pause-bar', HTMLProgressElement).value = Math.min(0.98, share + further);
      byId('pause-words').textContent = left >= 1 ? `${words}: about ${duration(left)} left` : words;
    };
    draw();
    if (secondsLeft) this.clock = setInterval(draw, 200);
  }

  /** What went wrong; nothing: all is well again. */
  alert(words?: string): void {
    const alert = byId('alert');
    alert.hidden = words === undefined;
    alert.textContent = words ?? '';
  }

  private drawItem({ image, path, why, hint }: PageItem): void {
    if (image !== this.shown) {
      const picture = byId('image', HTMLImageElement);
      picture.src = `image/${image}`;
      picture.alt = `Image to label: ${path}`;
      picture.hidden = false;
      byId('path').textContent = path;
    }
    this.shown = image;
    byId('why').hidden = !why.length;
    byId('reasons').replaceChildren(...why.map((reason) => element('li', {}, reason)));
    byId('hint').hidden = !hint;
    byId('hint-by').textContent = `Show what ${hint?.by ?? 'the annotator'} says`;
    byId('hint-text').textContent = hint?.words ?? '';
    this.drawHint();
  }

  private drawHint(): void {
    byId('hint-text').hidden = !this.hintOn.checked;
  }

  private fetchAhead(image: number): void {
    if (this.ahead.has(image)) return;
    const picture = new Image();
    picture.src = `image/${image}`;
    this.ahead.set(image, picture);
  }
}

function factBox({ name, value, detail }: Fact): HTMLElement {
  const words = element('dd', {}, value);
  if (detail) words.append(' ', element('small', {}, detail));
  return element('div', {}, element('dt', {}, name), words);
}

/** A setting of this browser's; undefined where it keeps none. */
function remembered(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a frame that may not keep anything
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // as above
  }
}
