/** How a person gets what a skipped suite needs: the first word of the suite's `[needs: …]` tag finds the line. */

const ways: readonly (readonly [RegExp, string])[] = [
  [/^rabbitmq-server/, 'install RabbitMQ as a program: apt-get install rabbitmq-server'],
  [/^RabbitMQ/i, 'start RabbitMQ: docker run -d -p 5672:5672 rabbitmq:4 (STRATOS_TEST_AMQP_URL names another one)'],
  [/^Mosquitto as a program/, 'install Mosquitto: apt-get install mosquitto'],
  [/^Mosquitto/i, 'start Mosquitto: apt-get install mosquitto, then mosquitto -p 1883 (STRATOS_TEST_MQTT_URL names another one)'],
  [/^PostgreSQL/i, 'start PostgreSQL: docker run -d -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres:18'],
  [/^chromium/i, 'install Chromium: apt-get install chromium'],
  [/^(?:system )?git/i, 'install Git: apt-get install git'],
  [/^another user/i, 'run the tests as a user other than root'],
  [/^the \/proc/, 'run the tests on Linux: what runs is read from /proc'],
  [/^bash/i, 'install bash: apt-get install bash'],
  [/^stratos-samples/i, 'put the sample definitions of Apache Stratos 4.1 at ../shared/stratos-samples (STRATOS_TEST_SAMPLES names another folder)'],
];

/** Whether a machine could bring it at all: who runs the tests, and what data stands beside the repository, is no matter of installing. */
export function canBeBrought(needs: string | null): boolean {
  return needs === null || !/^(?:another user|stratos-samples)/i.test(needs);
}

/** One line on how to get it; the tag's own words when nothing more is known. */
export function wayToGet(needs: string): string {
  return ways.find(([pattern]) => pattern.test(needs))?.[1] ?? `provide ${needs}`;
}
