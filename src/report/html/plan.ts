import type { PlanReport, PlanStepReport } from '../../model/plan-report.ts';
import { isLockLevel, LOCK_WORDS } from '../human/lock-words.ts';
import { findingItem } from './findings.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './parts.ts';
import { prose } from './prose.ts';

/** What would be done, step by step, with the SQL of each. */
export function planSection(plans: readonly PlanReport[]): Section {
  return { id: 'plan', title: 'Plan', body: plans.map(planMarkup) };
}

function planMarkup({ migration, title, steps, notes, refusals = [], held = [] }: PlanReport): Markup {
  return html`
<section class="rule">
<h3>${migration === null ? '' : html`<span class="dim">${migration}</span> `}${title}</h3>
${steps.length + refusals.length + held.length === 0 ? html`<p class="dim">nothing to do</p>` : ''}
${stepList(steps)}
${refusals.length === 0 ? '' : html`<ul class="findings">${refusals.map(findingItem)}</ul>`}
${held.length === 0 ? '' : html`<p>If the limit is raised:</p>${stepList(held)}`}
${notes.length === 0 ? '' : html`<ul>${notes.map((note) => html`<li>${prose(note)}</li>`)}</ul>`}
</section>`;
}

function stepList(steps: readonly PlanStepReport[]): Markup {
  return steps.length === 0 ? html`` : html`<ol class="steps">${steps.map(stepItem)}</ol>`;
}

function stepItem({ title, lock, details, sql, steps }: PlanStepReport): Markup {
  return html`
<li>${prose(title)}${lock === '' ? '' : html` <span class="dim">· ${isLockLevel(lock) ? LOCK_WORDS[lock] : lock}</span>`}
${details.map((detail) => html`<div class="dim">${prose(detail)}</div>`)}
${sql.length === 0 ? '' : html`<details><summary>SQL</summary>${sql.map((text) => html`<pre>${text}</pre>`)}</details>`}
${stepList(steps)}
</li>`;
}
