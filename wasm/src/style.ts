// The controls' looks: invisible over the canvas, but for the text field; or, on the card's root with `.plain`, all of the
// card. Colours are those of the core's own tokens (sdk/card/palette.cpp). Set by constructed style sheets, which no
// content security policy forbids.

import { kFonts } from './text.ts';

export const kStyle = /* css */ `
:host { all: initial !important; position: fixed !important; inset: 0 !important; z-index: 2147483647 !important;
  pointer-events: none !important; }
:host(.inline) { position: relative !important; display: block !important; height: var(--candor-height) !important; z-index: auto !important; }
@media (prefers-reduced-motion: no-preference) { canvas, .card, .veil, textarea { animation: .36s cubic-bezier(.32, .65, .1, 1) candor } }
@keyframes candor { from { opacity: 0; translate: 0 16px } }
.veil { inset: -16px; background: rgb(16 16 24 / .5); pointer-events: auto; touch-action: none; }
@media print { :host, :host(.inline) { display: none !important } }
* { box-sizing: border-box; position: absolute; margin: 0; padding: 0; border: 0; background: none; font: inherit; color: inherit;
  text-align: left; unicode-bidi: plaintext; user-select: none; }
[dir=rtl] :not(textarea) { text-align: right; }
.card { --ink: #1a1a22; --soft: #636369; --line: #b1b1b4; --back: #fff; --edge: #eaeaeb; --cell: #fff; --hover: #f1f0fd;
  --accent: #4f46e5; --on: #fff; --alarm: #b42318; font: 16px ${kFonts}; color: transparent; pointer-events: auto; outline: 0;
  touch-action: pinch-zoom; }
.dark { --ink: #f3f3f6; --soft: #a1a1a5; --line: #64646a; --back: #1b1b21; --edge: #393940; --cell: #26262c; --hover: #36364d;
  --accent: #8b8cf9; --on: #16161d; --alarm: #f97066; color-scheme: dark; }
:focus { outline: 0; }
input, button { appearance: none; overflow: hidden; }
input, button, a { cursor: pointer; text-decoration: none; }
span { inset: 0; display: grid; place-content: center; pointer-events: none; }
[role=status] { clip-path: inset(50%); }
textarea { color: var(--ink); text-align: start; resize: none; padding: 10px 12px; line-height: 1.4; user-select: text; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.plain { color: var(--ink); background: var(--back); border-radius: 16px; outline: 1px solid var(--edge); outline-offset: -1px;
  box-shadow: 0 12px 40px rgb(0 0 0 / .22); }
.plain h2, .plain label, .plain button { font-weight: 600; }
.plain h2, .plain p { line-height: 1.3; }
.plain p { color: var(--soft); }
.plain [role=alert] { color: var(--alarm); }
.plain label span, .plain textarea, .plain button { border: 1px solid var(--line); border-radius: 10px; background: var(--cell); }
.plain label span { inset: 2px; }
.plain a { color: var(--accent); font-weight: 600; text-decoration: underline; line-height: 1.4; }
.plain .choice span { inset: 0; grid-template-columns: 24px 1fr; place-content: center stretch; padding: 0 12px; font-weight: 400; }
.choice span::before { content: "○"; }
.choice :checked + span::before { content: "●"; }
.choice [type=checkbox] + span::before { content: "☐"; }
.choice [type=checkbox]:checked + span::before { content: "☑"; }
.plain input:hover + span, .plain button:hover { background: var(--hover); }
.plain input:active + span, .plain button:active { filter: brightness(.88); }
.plain input:checked + span, .plain button.primary { background: var(--accent); border-color: var(--accent); color: var(--on); }
.plain .close { border-color: transparent; background: none; }
.plain :disabled { opacity: .5; cursor: default; }
.plain :focus-visible, .plain input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (forced-colors: active) {
  .plain input:checked + span { forced-color-adjust: none; background: Highlight; color: HighlightText; border-color: Highlight; }
}
`;
