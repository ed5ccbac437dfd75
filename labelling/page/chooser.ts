import type { PageItem } from '../page-state';
import { byId, element } from './dom';
import { search, type ListedClass } from './search';

/** More than anybody reads through; those who want another type. */
const LISTED = 300;
/** As many as there are digits. */
const NUMBERED = 9;

/**
 * A search field over classes with their list below it, in the pattern of an ARIA combobox: the field keeps the focus, and
 * arrows move through the list. The likeliest classes come first, then all others by name.
 */
export class Chooser {
  readonly field = byId('search', HTMLInputElement);
  private readonly list = byId('classes', HTMLUListElement);
  private readonly none = byId('none');
  private readonly byName: readonly number[];
  private likeliest: PageItem['likeliest'] = [];
  private shown: readonly number[] = [];
  /** Place in `shown` of the class that Enter takes; -1: none. */
  private active = -1;

  constructor(
    private readonly classes: readonly ListedClass[],
    private readonly choose: (fine: number) => void,
  ) {
    this.byName = classes.map((_, k) => k).sort((a, b) => classes[a]!.name.localeCompare(classes[b]!.name));
    this.field.addEventListener('input', () => this.draw());
    this.list.addEventListener('mousedown', (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener('click', ({ target }) => {
      const option = (target as Element).closest<HTMLElement>('[role=option]');
      if (option) this.choose(Number(option.dataset['fine']));
    });
  }

  /** Whether nothing is typed. */
  get isEmpty(): boolean {
    return this.field.value === '';
  }

  /** Begins anew, for another image. */
  show(likeliest: PageItem['likeliest']): void {
    this.likeliest = likeliest;
    this.clear();
  }

  clear(): void {
    this.field.value = '';
    this.draw();
  }

  /** Acts on a key that was pressed in the field; false: it means nothing here. */
  press(key: string): boolean {
    if (key === 'ArrowDown' || key === 'ArrowUp') this.move(key === 'ArrowDown' ? 1 : -1);
    else if (key === 'Enter' && this.active >= 0) this.choose(this.shown[this.active]!);
    else if (key === 'Escape') this.clear();
    else if (this.isEmpty && /^[1-9]$/.test(key) && this.shown.length >= Number(key))
      this.choose(this.shown[Number(key) - 1]!); // prettier-ignore
    else return false;
    return true;
  }

  private move(by: number): void {
    const { length } = this.list.children;
    if (!length) return;
    this.mark(this.active < 0 && by < 0 ? length - 1 : (this.active + by + length) % length);
    this.list.children[this.active]!.scrollIntoView({ block: 'nearest' });
  }

  private draw(): void {
    const likely = this.likeliest.map(({ fine }) => fine);
    const order = [...likely, ...this.byName.filter((k) => !likely.includes(k))];
    const typed = this.field.value;
    this.shown = search(this.classes, order, typed).slice(0, LISTED);
    this.list.replaceChildren(...this.shown.map((fine, at) => this.option(fine, at)));
    this.list.scrollTop = 0;
    this.list.hidden = !this.shown.length;
    this.none.hidden = this.shown.length > 0;
    this.none.textContent = `No class or group matches “${typed.trim()}”.`;
    // Enter on an empty field takes nothing: a key that is hit twice must not label the next image
    this.mark(typed.trim() && this.shown.length ? 0 : -1);
  }

  private option(fine: number, at: number): HTMLElement {
    const { name, group } = this.classes[fine]!;
    const probability = this.likeliest.find((likely) => likely.fine === fine)?.probability;
    const number = this.isEmpty && at < NUMBERED ? element('kbd', {}, `${at + 1}`) : element('kbd', { class: 'blank' });
    const option = element('li', { role: 'option', id: `class-${at}`, 'aria-selected': 'false' });
    option.dataset['fine'] = `${fine}`;
    const names = element('span', { class: 'names' }, element('span', { class: 'name' }, name));
    if (group !== undefined) names.append(' ', element('span', { class: 'group' }, group));
    option.append(number, names);
    if (probability !== undefined) option.append(element('span', { class: 'share' }, percent(probability)));
    return option;
  }

  private mark(at: number): void {
    this.list.children[this.active]?.setAttribute('aria-selected', 'false');
    this.active = at;
    const option = this.list.children[at];
    option?.setAttribute('aria-selected', 'true');
    if (option) this.field.setAttribute('aria-activedescendant', option.id);
    else this.field.removeAttribute('aria-activedescendant');
  }
}

const percent = (share: number): string => (share < 0.01 ? '< 1 %' : `${Math.round(100 * share)} %`);
