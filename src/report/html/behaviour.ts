/**
 * What the page does by itself: filters, sorts, copies, changes its theme, opens its details for the printer. It reads
 * nothing from anywhere and makes no HTML; without it the page shows everything.
 */
export const BEHAVIOUR = `'use strict';
(() => {
  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  const tools = document.querySelector('.tools');

  function chooseTheme() {
    const choice = document.getElementById('theme');
    let kept = null;
    try { kept = localStorage.getItem('msgdb-theme'); } catch {}
    const apply = (theme) => { if (theme === 'auto') delete root.dataset.theme; else root.dataset.theme = theme; };
    if (kept === 'light' || kept === 'dark') { choice.value = kept; apply(kept); }
    choice.addEventListener('change', () => {
      apply(choice.value);
      try { localStorage.setItem('msgdb-theme', choice.value); } catch {}
    });
  }

  function filterRows() {
    const words = document.getElementById('filter');
    const only = document.getElementById('attention');
    const said = document.getElementById('shown');
    const entries = find('table.data > tbody > tr, .finding, .group');
    const texts = new Map(entries.map((entry) => [entry, entry.textContent.toLowerCase()]));
    function apply() {
      const wanted = words.value.trim().toLowerCase();
      let shown = 0;
      for (const entry of entries) {
        const fits = texts.get(entry).includes(wanted) && (!only.checked || 'attention' in entry.dataset || entry.matches('.group'));
        entry.hidden = !fits;
        if (fits) shown += 1;
      }
      said.textContent = wanted === '' && !only.checked ? '' : shown + ' of ' + entries.length + ' entries shown';
    }
    words.addEventListener('input', apply);
    only.addEventListener('change', apply);
  }

  function sortTables() {
    for (const table of find('table.data')) {
      const body = table.tBodies[0];
      if (body.rows.length < 2) continue;
      const heads = [...table.tHead.rows[0].cells];
      heads.forEach((head, column) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.append(...head.childNodes);
        head.append(button);
        head.setAttribute('aria-sort', 'none');
        button.addEventListener('click', () => {
          const down = head.getAttribute('aria-sort') === 'ascending';
          for (const other of heads) other.setAttribute('aria-sort', 'none');
          head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
          const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
          const rows = [...body.rows].sort((one, other) => compare(key(one), key(other)) * (down ? -1 : 1));
          body.append(...rows);
        });
      });
    }
  }

  function compare(one, other) {
    const [a, b] = [Number(one), Number(other)];
    if (one !== '' && other !== '' && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
    return one.localeCompare(other, 'en', { numeric: true });
  }

  function copyCommands() {
    for (const line of find('.command')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Copy';
      button.addEventListener('click', async () => {
        const code = line.querySelector('code');
        try {
          await navigator.clipboard.writeText(code.textContent);
          button.textContent = 'Copied';
        } catch {
          getSelection().selectAllChildren(code);
          button.textContent = 'Selected';
        }
        setTimeout(() => { button.textContent = 'Copy'; }, 2000);
      });
      line.append(button);
    }
  }

  function openForPrinter() {
    let opened = [];
    addEventListener('beforeprint', () => {
      opened = find('details:not([open])');
      for (const each of opened) each.open = true;
    });
    addEventListener('afterprint', () => { for (const each of opened) each.open = false; });
  }

  chooseTheme();
  filterRows();
  sortTables();
  copyCommands();
  openForPrinter();
  tools.hidden = false;
})();
`;
