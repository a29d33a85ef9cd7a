// An unmodified jsforce: signs in, queries and changes a license, and reads refusals.
// Prints one JSON object of what it saw; crates/testkit/tests/foreign_clients.rs judges it.
'use strict';

const { Connection } = require('jsforce');

const { SERVER, USERNAME, PASSWORD, CLIENT_ID, CLIENT_SECRET, EXPIRED_TOKEN } = process.env;
const oauth2 = { loginUrl: SERVER, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };

/** Class and code of the error that a call must end in. */
async function refusal(call) {
  try {
    return { accepted: await call() };
  } catch (error) {
    return [error.constructor.name, error.errorCode ?? error.name];
  }
}

async function main() {
  const byPassword = new Connection({ oauth2, version: '62.0' });
  await byPassword.login(USERNAME, PASSWORD);
  const byClient = new Connection({ oauth2, instanceUrl: SERVER, version: '62.0' });
  await byClient.authorize({ grant_type: 'client_credentials' });

  const trials = await byPassword.query(
    'SELECT Id, Name, sfLma__Status__c, sfLma__Lead__r.Company FROM sfLma__License__c ' +
      "WHERE sfLma__Status__c = 'Trial' ORDER BY Name LIMIT 1",
  );
  const { Id, Name, sfLma__Lead__r: lead } = trials.records[0];

  const licenses = byPassword.sobject('sfLma__License__c');
  const change = { Id, sfLma__Status__c: 'Active', sfLma__Seats__c: 7 };
  const changed = await licenses.update(change);
  const counted = await byClient.query(
    'SELECT COUNT() FROM sfLma__License__c WHERE sfLma__Seats__c = 7',
  );

  const expired = new Connection({ instanceUrl: SERVER, accessToken: EXPIRED_TOKEN });
  const seen = {
    identities: [(await byPassword.identity()).username, (await byClient.identity()).username],
    found: [trials.totalSize, trials.done, Name, lead.Company],
    changed: [changed.success, changed.id === Id],
    counted: counted.totalSize,
    trial_again: await refusal(() => licenses.update({ Id, sfLma__Status__c: 'Trial' })),
    no_such_field: await refusal(() => byClient.query('SELECT Nothing FROM Lead')),
    expired: await refusal(() => expired.query('SELECT Id FROM Lead')),
    wrong_password: await refusal(() => new Connection({ oauth2 }).login(USERNAME, 'wrong')),
  };

  const ended = new Connection({ instanceUrl: SERVER, accessToken: byPassword.accessToken });
  await byPassword.logout();
  seen.signed_out = await refusal(() => ended.query('SELECT Id FROM Lead'));
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
