"""What scikit-learn makes of the same lines: TF-IDF of words and pairs with logistic regression, and two kinds of naive
Bayes over the same words. "with facts": the facts of the call are words as well.

    python3 peers.py FILE.tsv…
"""

import sys
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline


def facts(row):
    talk = int(row[4])
    band = next((n for n, limit in enumerate((1, 30, 120, 360)) if talk < limit), 4)
    return f"xtalk{band} xgroup{row[5]}"


def lines(path, with_facts):
    parts = {"train": ([], []), "test": ([], [])}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        row = line.split("\t")
        texts, labels = parts[row[0]]
        texts.append(row[7] + (" " + facts(row) if with_facts else ""))
        labels.append(row[2])
    return parts


def score(model, parts):
    model.fit(*parts["train"])
    texts, labels = parts["test"]
    likely = model.predict_proba(texts)
    best = [[model.classes_[at] for at in row.argsort()[::-1][:3]] for row in likely]
    first = sum(top[0] == label for top, label in zip(best, labels)) / len(labels)
    among = sum(label in top for top, label in zip(best, labels)) / len(labels)
    return first, among


def main():
    counts = dict(strip_accents="unicode", ngram_range=(1, 2))
    for path in sys.argv[1:]:
        name = Path(path).stem
        for with_facts in (False, True)[: 2 if name.startswith("generated") else 1]:
            parts = lines(path, with_facts)
            peers = {
                "TF-IDF + logistic regression": make_pipeline(TfidfVectorizer(sublinear_tf=True, **counts), LogisticRegression(C=10, max_iter=300)),
                "multinomial naive Bayes": make_pipeline(CountVectorizer(binary=True, **counts), MultinomialNB(alpha=0.1)),
                "complement naive Bayes": make_pipeline(CountVectorizer(binary=True, **counts), ComplementNB(alpha=0.5)),
            }
            for peer, model in peers.items():
                first, among = score(model, parts)
                print(f"{name}\t{peer}{' with facts' if with_facts else ''}\ttop-1 {first:.1%}\ttop-3 {among:.1%}", flush=True)


main()
