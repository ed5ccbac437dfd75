import type { Progress } from './learning';
import type { Learning } from './page-state';

const WORDS: Readonly<Record<Parameters<Progress>[0], string>> = {
  'describing images': 'Describing the images, once',
  learning: 'Learning from your labels',
  choosing: 'Choosing what to ask next',
  asking: 'Asking the annotator',
  judging: 'Judging the model',
};

/** How far learning is, and how long it will take yet: by the time that it took before, else by the speed of the stage. */
export class LearningPace {
  private began = 0;
  private stage: { readonly name: string; readonly began: number } | undefined;
  /** Seconds that it took last. */
  private before: number | undefined;

  constructor(private readonly now = (): number => performance.now() / 1000) {}

  begin(): void {
    this.began = this.now();
    this.stage = undefined;
  }

  end(): void {
    this.before = this.now() - this.began;
  }

  at(stage: Parameters<Progress>[0], share: number): Learning {
    const now = this.now();
    if (this.stage?.name !== stage) this.stage = { name: stage, began: now };
    const inStage = now - this.stage.began;
    const byStage = share > 0 ? (inStage / share) * (1 - share) : undefined;
    // the images are described once: the last time tells nothing of that
    const before = stage === 'describing images' ? undefined : this.before;
    const left = before === undefined ? byStage : Math.max(0, before - (now - this.began));
    const shown = before === undefined ? share : Math.min(0.98, (now - this.began) / before);
    return {
      share: shown,
      words: WORDS[stage],
      ...(left !== undefined && { secondsLeft: Math.round(10 * left) / 10 }),
    };
  }
}
