// A row of buttons as one tab stop; the arrow keys move within it.

export function roving(bar: HTMLElement, first: HTMLElement): void {
  const stops = [...bar.querySelectorAll<HTMLElement>("button")];
  for (const one of stops) one.tabIndex = one === first ? 0 : -1;
  bar.addEventListener("keydown", (event) => {
    const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const here = stops.findIndex((one) => one === event.target);
    const goal = stops[here + move];
    if (!move || here < 0 || !goal) return;
    for (const one of stops) one.tabIndex = one === goal ? 0 : -1;
    goal.focus();
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Disabled for the ear and the eye, but still reachable, so that the focus does not fall out. */
export function disable(button: HTMLButtonElement, off: boolean): void {
  button.setAttribute("aria-disabled", String(off));
}
