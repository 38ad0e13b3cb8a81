//! Every word over a small alphabet.

/// Calls `check` with every word of `len` letters.
pub(crate) fn words<T: Clone>(letters: &[T], len: usize, check: &mut impl FnMut(&[T])) {
    fn grow<T: Clone>(letters: &[T], len: usize, word: &mut Vec<T>, check: &mut impl FnMut(&[T])) {
        if word.len() == len {
            return check(word);
        }
        for letter in letters {
            word.push(letter.clone());
            grow(letters, len, word, check);
            word.pop();
        }
    }
    grow(letters, len, &mut Vec::new(), check);
}
