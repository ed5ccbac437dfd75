import { parseArgs } from 'node:util';
import { main } from './cli/command';
import { cardOf, strategies, type StrategyCard } from '../lib/strategies/registry';

const usage = 'npm run strategies [-- --json]';

/** Lists every strategy that can be named: as text, or as a JSON array. */
function list(): void {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const cards = strategies.map(cardOf);
  console.log(values.json ? JSON.stringify(cards, null, 2) : cards.map(asText).join('\n\n'));
}

function asText({ name, description, source, buys, options, matches }: StrategyCard): string {
  const lines = [
    name,
    `  ${description}`,
    `  ${buys.join(' and ')} labels; ${source}${matches === undefined ? '' : `; after a run of ${matches}`}`,
    ...options.map((option) => `  ${option.name}=${option.default}: ${option.description} (${option.accepts})`),
  ];
  return lines.join('\n');
}

main(usage, list);
