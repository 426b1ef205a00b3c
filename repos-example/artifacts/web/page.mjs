const heading = 'The shop is open';

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const page = ({ catalog, servedBy }) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(heading)}</title>
<style>
  body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem; color-scheme: light dark; }
  li { display: flex; justify-content: space-between; border-bottom: 1px solid #8884; padding: .4rem 0; }
  ul { list-style: none; padding: 0; }
  table { font-size: .85rem; opacity: .75; }
  td { padding-right: 1.5rem; font-family: ui-monospace, monospace; }
</style>
<h1>${escape(heading)}</h1>
<ul>${catalog.map(({ name, price }) => `<li><span>${escape(name)}</span><span>${escape(price)}</span></li>`).join('')}</ul>
<h2>Served by</h2>
<table>${servedBy.map(({ tier, member, commit }) => `<tr><td>${escape(tier)}<td>${escape(member)}<td>${escape(String(commit).slice(0, 12))}`).join('')}</table>
</html>
`;
