;;; emacs_test.el --- tests that the mode loads and highlights words  -*- lexical-binding: t; -*-

;; emacs -Q --batch --eval '(setq ipec-root … ipec-answer … ipec-words …)' -l emacs_test.el

(require 'cl-lib)
(defvar ipec-root)
(defvar ipec-answer)
(defvar ipec-words)
(defvar failures nil)

(defun fail (format &rest arguments)
  (push (apply #'format format arguments) failures))

(defun words (name) (cdr (assq name ipec-words)))

(defun expect (line word face)
  "Require that all of WORD has FACE in a buffer of ipe-mode with LINE."
  (with-temp-buffer
    (insert line "\n")
    (ipe-mode)
    (font-lock-ensure)
    (let ((at (1+ (string-match (regexp-quote word) line))))
      (dolist (place (list at (+ at (length word) -1)))
        (let ((found (get-text-property place 'face)))
          (unless (eq found face)
            (fail "`%s' of `%s' is %s, not %s" word line found face)))))))

(condition-case problem
    (let ((mode (expand-file-name "lsp/editors/emacs/ipe-mode.el" ipec-root)))
      ;; The byte compiler must not warn.
      (require 'bytecomp)
      (let ((byte-compile-error-on-warn t)
            (byte-compile-dest-file-function
             (lambda (_) (expand-file-name "ipe-mode.elc" temporary-file-directory))))
        (unless (byte-compile-file mode) (fail "ipe-mode.el does not compile without warnings")))
      (load mode nil t)

      (find-file (expand-file-name "examples/policies/container-host.pol" ipec-root))
      (unless (eq major-mode 'ipe-mode) (fail "container-host.pol opens in %s" major-mode))
      (goto-char (point-min))
      (comment-region (point-min) (point-max))
      (set-buffer-modified-p nil)

      (cl-loop for (words . constant) in '((operations . ipe-operations) (aliases . ipe-aliases)
                                           (booleans . ipe-booleans) (digests . ipe-digests)
                                           (algorithms . ipe-algorithms))
               unless (equal (sort (copy-sequence (words words)) #'string<)
                             (sort (copy-sequence (symbol-value constant)) #'string<))
               do (fail "%s is not what the tables hold" constant))
      (dolist (word (append (words 'operations) (words 'aliases)))
        (expect (format "op=%s action=DENY" word) word 'font-lock-type-face)
        (expect (format "DEFAULT op=\"%s\"#x" word) word 'font-lock-type-face)
        (expect (format "op=%s_X action=DENY" word) (concat word "_X") nil))
      (dolist (word (words 'booleans))
        (expect (concat word "=TRUE") word 'font-lock-variable-name-face)
        (expect (concat word "=FALSE#x") "FALSE" 'font-lock-constant-face))
      (dolist (word (words 'digests))
        (expect (concat word "=00af") word 'font-lock-variable-name-face)
        (expect (concat word "=00af") "00af" 'font-lock-string-face)
        (dolist (algorithm (words 'algorithms))
          (let ((line (format "%s=%s:00af x=y" word algorithm)))
            (expect line algorithm 'font-lock-builtin-face)
            (expect line "00af" 'font-lock-string-face))))
      (expect "policy_name=demo policy_version=1.2.3" "demo" 'font-lock-function-name-face)
      (expect "policy_name=demo policy_version=1.2.3" "1.2.3" 'font-lock-constant-face)
      (expect "DEFAULT action=ALLOW" "DEFAULT" 'font-lock-keyword-face)
      (dolist (word '("never" "always" "only"))
        (expect (concat " " word " op=*#x") word 'font-lock-keyword-face)
        (expect (concat word " op=*#x") "*" 'font-lock-type-face))
      (expect "DEFAULT action=ALLOW" "ALLOW" 'font-lock-keyword-face)
      (expect "DEFAULT action=DENY#x" "DENY" 'font-lock-warning-face)
      (expect "op=EXEC#UTE" "UTE" 'font-lock-comment-face)
      (expect "a=b # it's op=EXECUTE" "EXECUTE" 'font-lock-comment-face)
      (expect "a=b # ipec: allow(weak-digest) why" "weak-digest" 'font-lock-constant-face)

      (cl-loop for (name text mode) in '(("ipe-policy" "" t) ("a.ipe" "" t) ("b.pol" "" t)
                                         ("c.policy" "<?xml version=\"1.0\"?>" nil)
                                         ("d.policy" "policy_name=a policy_version=0.0.1" t))
               for file = (expand-file-name name (make-temp-file "ipec" t))
               do (with-temp-file file (insert text "\n"))
               do (with-current-buffer (find-file-noselect file)
                    (unless (eq (eq major-mode 'ipe-mode) mode)
                      (fail "%s opens in %s" name major-mode)))))
  (error (fail "%S" problem)))

(with-temp-file ipec-answer
  (insert (mapconcat #'identity (reverse failures) "\n")))
(kill-emacs (if failures 1 0))
