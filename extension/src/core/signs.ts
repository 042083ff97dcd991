// The signs that LaTeX calls by name.

function table(pairs: string): ReadonlyMap<string, string> {
  const words = pairs.trim().split(/\s+/);
  return new Map(words.flatMap((word, i) => (i % 2 ? [] : [[word, words[i + 1]!] as const])));
}

const SPACES: readonly (readonly [string, string])[] = [
  [",", "\u2009"],
  [";", "\u2005"],
  [":", "\u2005"],
  [" ", "\u2002"],
  ["quad", "\u2003"],
  ["qquad", "\u2003\u2003"],
  ["!", ""],
];

export const SIGNS: ReadonlyMap<string, string> = new Map([
  ...SPACES,
  ...table(`
    cdot · times × div ÷ pm ± to → rightarrow → Rightarrow ⇒ mapsto ↦ leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠
    lt < gt > approx ≈ equiv ≡ in ∈ land ∧ lor ∨ lnot ¬ neg ¬ odot ⊙ oplus ⊕ ldots … cdots ⋯ lbrace {
    rbrace } { { } } lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ | ‖ vert | mid | circ ∘ top ⊤ colon : % % _ _
    # # & & $ $`),
]);

export const LETTERS = table(`
  alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ lambda λ mu μ nu ν xi ξ
  pi π rho ρ sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ
  Phi Φ Psi Ψ Omega Ω infty ∞ partial ∂ nabla ∇`);

export const LARGE = table("sum ∑ prod ∏ int ∫");

export const FUNCTIONS: ReadonlySet<string> = new Set(
  (
    "exp log ln sin cos tan sinh cosh tanh arcsin arccos arctan min max det dim gcd arg sup inf " +
    "Pr deg ker lim"
  ).split(" "),
);
