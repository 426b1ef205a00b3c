/** The commands that ask the API of a running platform. What a command does is loaded only when it runs. */

import { Option, type Command } from 'commander';
import type { EventsOptions } from '../commands/events.ts';
import type { WaitOptions } from '../commands/wait.ts';
import type { OnlineOptions } from '../online.ts';
import { asksTheApi, examples, numberBetween, watches } from './options.ts';

const group = 'Ask a running platform:';

export function declareOnline(program: Command): void {
  declareStatus(program);
  declareGet(program);
  declareDescribe(program);
  declareExplain(program);
  declareEvents(program);
  declareWait(program);
}

function declareStatus(program: Command): void {
  const status = program.command('status').helpGroup(group).description('the platform at one glance: applications, problems, sources, broker, providers');
  watches(asksTheApi(status)).action(async (options: OnlineOptions) => (await import('../commands/status.ts')).showStatus(options));
  examples(status, [['stratos status', 'of the platform on this machine'], ['stratos status --watch --tenant acme', 'again whenever something changes']]);
}

function declareGet(program: Command): void {
  const get = program.command('get').helpGroup(group).helpCommand(false).description('list applications, members, sources, problems, definitions or the plan');
  const load = () => import('../commands/get.ts');
  const list = (name: string, alias: string, description: string): Command => watches(asksTheApi(get.command(name).alias(alias).description(description)));

  list('applications', 'apps', 'the applications of a tenant').action(async (options: OnlineOptions) => (await load()).getApplications(options));
  list('members', 'mem', 'the members of one application or of all')
    .option('-a, --application <name>', 'only the members of this application')
    .action(async (options: OnlineOptions & { application?: string }) => (await load()).getMembers(options));
  list('sources', 'src', 'the sources of definitions and how far they were read').action(async (options: OnlineOptions) => (await load()).getSources(options));
  list('problems', 'prob', 'what is wrong in the sources, with file, line and column').action(async (options: OnlineOptions) => (await load()).getProblems(options));
  list('definitions', 'def', 'the documents of one kind, or one of them')
    .argument('<kind>', 'kind of document, e.g. Cartridge')
    .argument('[name]', 'name of one document, which is then printed')
    .action(async (kind: string, name: string | undefined, options: OnlineOptions) => (await load()).getDefinitions({ ...options, kind, ...(name === undefined ? {} : { name }) }));
  list('plan', 'pl', 'what is done next and what is held, for one application or for all')
    .argument('[application]', 'name of the application')
    .action(async (application: string | undefined, options: OnlineOptions) => (await import('../commands/plan-of.ts')).getPlan({ ...options, ...(application === undefined ? {} : { application }) }));

  examples(get, [
    ['stratos get applications', 'names, status, members'],
    ['stratos get members -a shop -o wide', 'with endpoints and commits'],
    ['stratos get definitions Cartridge -o name', 'one name per line, for scripts'],
    ['stratos get plan shop -o json', 'the plan as one JSON document'],
  ]);
}

function declareDescribe(program: Command): void {
  const describe = program.command('describe').helpGroup(group).helpCommand(false).description('one application with all that runs of it');
  const application = describe.command('application').alias('app').description('groups, clusters and members as a tree, and the plan').argument('<application>', 'name of the application');
  watches(asksTheApi(application)).action(async (name: string, options: OnlineOptions) => (await import('../commands/describe.ts')).describeApplication({ ...options, name }));
  examples(describe, [['stratos describe application shop', 'the tree of shop'], ['stratos describe application shop --watch', 'as it comes up']]);
}

function declareExplain(program: Command): void {
  const explain = program.command('explain').helpGroup(group).description('why something is done or not: file and line, rule, what was seen')
    .argument('<application>', 'name of the application')
    .argument('[subject]', 'a hold, a member or a cluster of it; without one everything');
  watches(asksTheApi(explain)).action(async (application: string, subject: string | undefined, options: OnlineOptions) =>
    (await import('../commands/explain.ts')).explain({ ...options, application, ...(subject === undefined ? {} : { subject }) }));
  examples(explain, [
    ['stratos explain shop', 'everything that is planned or held for shop'],
    ['stratos explain shop h-3f9ac1', 'why this is not done'],
    ['stratos explain shop tiers/web', 'what is decided about one cluster'],
  ]);
}

function declareEvents(program: Command): void {
  const events = program.command('events').helpGroup(group).description('the journal: what was decided, because of what, with what outcome')
    .option('-a, --application <name>', 'only the events of this application')
    .addOption(new Option('-n, --last <count>', 'how many of the latest events').argParser(numberBetween(0, 10_000)).default(50))
    .addOption(new Option('--since <sequence>', 'all events after this sequence number instead').argParser(numberBetween(0, Number.MAX_SAFE_INTEGER)).conflicts('last'))
    .option('-f, --follow', 'go on with what happens, until Ctrl-C; a lost connection is taken up where it ended');
  asksTheApi(events).action(async (options: EventsOptions) => (await import('../commands/events.ts')).showEvents(options));
  examples(events, [
    ['stratos events -n 20', 'the last 20'],
    ['stratos events --follow -a shop', 'what happens to shop'],
    ['stratos events --follow -o json', 'one JSON document per line'],
  ]);
}

function declareWait(program: Command): void {
  const wait = program.command('wait').helpGroup(group).description('return when an application has a status; exit code 1 when it does not come')
    .argument('<application>', 'name of the application')
    .addOption(new Option('--for <status>', 'status that is waited for').choices(['Created', 'Active', 'Inactive', 'Terminating']).default('Active'))
    .addOption(new Option('--timeout <seconds>', 'how long to wait').argParser(numberBetween(0, 86_400)).default(300));
  asksTheApi(wait).action(async (application: string, options: Omit<WaitOptions, 'application'>) => (await import('../commands/wait.ts')).waitFor({ ...options, application }));
  examples(wait, [['stratos wait shop --for Active --timeout 90', 'at most a minute and a half']]);
}
