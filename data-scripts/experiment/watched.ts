import { progressLine } from '../../notebooks/kit/progress-line';
import type { StudyOptions } from '../../notebooks/kit/recorded/studies';
import { onInterrupt } from './interrupt';

/** Work with a line of progress, which Ctrl-C stops so that it can go on later. */
export async function watched<T>(
  work: (options: Pick<StudyOptions, 'signal' | 'onProgress'>) => Promise<T>,
): Promise<T> {
  let line: ReturnType<typeof progressLine> | undefined;
  const onProgress: StudyOptions['onProgress'] = ({ done, total, remainingMs }) => {
    line ??= progressLine(total, 'lines');
    line.update(done, undefined, remainingMs && remainingMs / 1000);
  };
  const result = await work({ signal: onInterrupt(), onProgress });
  line?.finish();
  return result;
}
