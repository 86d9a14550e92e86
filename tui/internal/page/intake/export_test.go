package intake

// The list grows with every format that is learnt; the goldens shall not.
func init() { formats = "Aegis, 2FAS and the others that there are" }
