;;; eglot_test.el --- tests the server with Emacs and eglot  -*- lexical-binding: t; -*-

;; emacs -Q --batch --eval '(setq ipec-root … ipec-answer … ipec-program …)' -l eglot_test.el

(require 'cl-lib)
(defvar ipec-root)
(defvar ipec-answer)
(defvar ipec-program)
(defvar failures nil)

(defun fail (format &rest arguments)
  (push (apply #'format format arguments) failures))

(defun wait-for (what ready)
  (let ((until (+ (float-time) 20)) found)
    (while (and (not (setq found (funcall ready))) (< (float-time) until))
      (accept-process-output nil 0.05))
    (or found (error "%s: not within 20 seconds" what))))

(defun findings ()
  (sort (mapcar (lambda (one) (line-number-at-pos (flymake-diagnostic-beg one))) (flymake-diagnostics)) #'<))

(condition-case problem
    (let* ((directory (make-temp-file "ipec" t))
           (file (expand-file-name "broken.pol" directory))
           (said nil))
      ;; Part of Emacs 29; Debian 12 has it as a package, which -Q leaves out.
      (unless (locate-library "eglot")
        (dolist (path (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa-src/*"))
          (push path load-path)))
      (unless (require 'eglot nil t)
        (with-temp-file ipec-answer (insert "there is no eglot"))
        (kill-emacs 77))
      (load (expand-file-name "lsp/editors/emacs/ipe-mode.el" ipec-root) nil t)
      (setq ipe-ipec-program ipec-program
            eglot-sync-connect 20)
      (with-temp-file file
        (insert "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n"
                "op=KERNEL_MODULE dmverity_signature=TRUE action=ALLOW\n"
                "op=EXECUTE   boot_verified=TRUE action=ALLOW\n"))
      (find-file file)
      (call-interactively #'eglot)
      (wait-for "both findings" (lambda () (equal (findings) '(3 4))))

      ;; Complete a word.
      (goto-char (point-max))
      (insert "op=FIRM")
      (let ((table (nth 2 (eglot-completion-at-point))))
        (unless (member "FIRMWARE" (mapcar #'substring-no-properties (all-completions "FIRM" table)))
          (fail "`op=FIRM' is not completed")))
      (delete-char -7)

      ;; Hover.
      (goto-char (point-min))
      (search-forward "boot_ver")
      (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
        (unless (string-match-p "initramfs" (format "%s" hover)) (fail "hover says %s" hover)))

      ;; Apply the fix at the finding.
      (goto-char (point-min))
      (search-forward "KERNEL_MOD")
      (cl-letf (((symbol-function 'completing-read)
                 (lambda (_ choices &rest _) (setq said (mapcar #'car choices)) (caar choices)))
                ((symbol-function 'tmm-prompt) (lambda (&rest _) (fail "a menu"))))
        (eglot-code-actions (point) (point) "quickfix" t))
      (wait-for "the fix" (lambda () (save-excursion (goto-char (point-min)) (search-forward "op=KMODULE dmverity" nil t))))
      ;; Eglot notifies the server when Emacs is idle, which it never is in batch mode.
      (eglot--signal-textDocument/didChange)
      ;; That the initramfs is trusted.
      (wait-for "another finding" (lambda () (equal (findings) '(4))))

      ;; Format and rename.
      (eglot-format-buffer)
      (unless (string-match-p "^op=EXECUTE boot_verified=TRUE action=ALLOW$" (buffer-string))
        (fail "formatting leaves\n%s" (buffer-string)))
      (let ((laid-out (buffer-string)))
        (unless (equal laid-out
                       (with-temp-buffer
                         (insert laid-out)
                         (call-process-region (point-min) (point-max) ipec-program t t nil "fmt" "-")
                         (buffer-string)))
          (fail "eglot's layout is not that of ipec fmt:\n%s" laid-out)))
      (goto-char (point-min))
      (search-forward "=de")
      (eglot--signal-textDocument/didChange)
      (eglot-rename "device")
      (wait-for "the new name" (lambda () (string-prefix-p "policy_name=device " (buffer-string))))

      ;; The commands of ipe-mode.
      (save-buffer)
      (ipe-show-table)
      (with-current-buffer "*table of broken.pol*"
        (unless (string-match-p "initramfs +ALLOW" (buffer-string)) (fail "the table is\n%s" (buffer-string))))
      (cl-letf (((symbol-function 'message) (lambda (&rest words) (setq said (apply #'format words)))))
        (ipe-evaluate "{\"op\":\"EXECUTE\",\"hook\":\"MMAP\",\"boot_verified\":false}"))
      (unless (string-prefix-p "DENY, by DEFAULT action=DENY" said) (fail "the answer about an event is %s" said))

      (let ((server (eglot-current-server)))
        (eglot-shutdown server nil 10)
        (when (jsonrpc-running-p server) (fail "the server does not end"))))
  (error (fail "%S in\n%s" problem (buffer-string))))

(with-temp-file ipec-answer
  (insert (mapconcat #'identity (reverse failures) "\n")))
(kill-emacs (if failures 1 0))
