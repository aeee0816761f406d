;;; ipe-mode.el --- Policies of Linux IPE  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, tools

;;; Commentary:

;; Highlighting of both dialects, and `ipec lsp' through eglot.  The words are those of the compiler's
;; tables; a test compares them.

;;; Code:

(defgroup ipe nil
  "Policies of Linux IPE."
  :group 'languages)

(defcustom ipe-ipec-program "ipec"
  "The program ipec: a name in `exec-path', or a path."
  :type 'string)

(defcustom ipe-target ""
  "The kernel to check policies for.  If empty, the target in ipec.toml."
  :type '(choice (const :tag "as in ipec.toml" "") string))

(defconst ipe-operations
  '("EXECUTE" "FIRMWARE" "KMODULE" "KEXEC_IMAGE" "KEXEC_INITRAMFS" "POLICY" "X509_CERT"
    "IMA_POLICY" "IMA_X509_CERT"))
(defconst ipe-aliases '("KERNEL_READ"))
(defconst ipe-booleans '("boot_verified" "dmverity_signature" "fsverity_signature"))
(defconst ipe-digests '("dmverity_roothash" "fsverity_digest"))
(defconst ipe-algorithms
  '("sha256" "sha512" "sha1" "sha224" "sha384" "sha3-224" "sha3-256" "sha3-384" "sha3-512"
    "blake2b-256" "blake2b-384" "blake2b-512" "blake2s-256" "sm3" "streebog256" "streebog512"
    "rmd160" "md4" "md5"))

(defconst ipe--begin "\\(?:^\\|[ \t]\\)")
(defconst ipe--end "[\"']?\\(?:[ \t#]\\|$\\)")

(defun ipe--clause (keys value)
  "A regexp of KEYS, a list, as group 1, `=' and VALUE as group 2."
  (concat ipe--begin (regexp-opt keys "\\(") "=[\"']?\\(" value "\\)" ipe--end))

(defconst ipe-font-lock-keywords
  `((,(concat ipe--begin "\\(DEFAULT\\)\\(?:[ \t#]\\|$\\)") 1 font-lock-keyword-face)
    ("^[ \t]*\\(never\\|always\\|only\\)\\(?:[ \t#]\\|$\\)" 1 font-lock-keyword-face)
    (,(concat ipe--begin "\\(policy_name\\)=\\(\"[^\"\n]*\"\\|'[^'\n]*'\\|[^ \t#\n]*\\)")
     (1 font-lock-preprocessor-face) (2 font-lock-function-name-face))
    (,(concat ipe--begin "\\(policy_version\\|op\\|action\\)=") 1 font-lock-preprocessor-face)
    (,(concat ipe--begin (regexp-opt (append ipe-booleans ipe-digests) "\\(") "=")
     1 font-lock-variable-name-face)
    (,(ipe--clause '("policy_version") "[0-9.+]+") 2 font-lock-constant-face)
    (,(ipe--clause '("op") (regexp-opt (append ipe-operations ipe-aliases '("*")))) 2 font-lock-type-face)
    (,(ipe--clause ipe-booleans "TRUE\\|FALSE") 2 font-lock-constant-face)
    (,(concat ipe--begin (regexp-opt ipe-digests) "=[\"']?" (regexp-opt ipe-algorithms "\\(") ":")
     1 font-lock-builtin-face)
    (,(concat ipe--begin (regexp-opt ipe-digests) "=[\"']?\\(?:[^: \t#\n]*:\\)?\\([[:xdigit:]]+\\)" ipe--end)
     1 font-lock-string-face)
    (,(ipe--clause '("action") "ALLOW") 2 font-lock-keyword-face)
    (,(ipe--clause '("action") "DENY") 2 font-lock-warning-face)
    ("#\\s-*\\(ipec:\\)\\s-*\\(allow\\(?:-file\\|-begin\\|-end\\)?\\)\\(?:(\\([^)#\n]*\\))\\)?"
     (1 font-lock-preprocessor-face t) (2 font-lock-preprocessor-face t)
     (3 font-lock-constant-face t t))))

(defvar ipe-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?- "_" table)
    ;; Mainline kernels have no quotes: an apostrophe in a comment or a name is a character.
    (modify-syntax-entry ?\" "." table)
    (modify-syntax-entry ?' "." table)
    table))

;;;###autoload
(define-derived-mode ipe-mode prog-mode "IPE"
  "Major mode for policies of Linux IPE."
  (setq-local comment-start "# "
              comment-start-skip "#+\\s-*"
              comment-end ""
              indent-tabs-mode nil
              indent-line-function #'indent-relative
              font-lock-defaults '(ipe-font-lock-keywords)))

(defun ipe--looks-like-a-policy ()
  "Whether the buffer has a header near its beginning.
*.policy is a name of others, too."
  (save-excursion
    (goto-char (point-min))
    (re-search-forward "^[ \t]*policy_name=[^ \t\n]" (min (point-max) 20000) t)))

;;;###autoload
(progn
  (add-to-list 'auto-mode-alist '("\\.\\(?:\\(?:pol\\|ipe\\)\\(?:\\.in\\)?\\|claims\\)\\'" . ipe-mode))
  (add-to-list 'auto-mode-alist '("/ipe-policy\\'" . ipe-mode))
  (add-to-list 'magic-mode-alist '(ipe--magic . ipe-mode)))

;;;###autoload
(defun ipe--magic ()
  "Whether the visited file is a *.policy that holds a policy of IPE."
  (and buffer-file-name
       (string-suffix-p ".policy" buffer-file-name)
       (ipe--looks-like-a-policy)))

(defun ipe-server-command (&rest _)
  "How eglot starts the server."
  (list ipe-ipec-program "lsp" :initializationOptions (list :target ipe-target)))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(ipe-mode . ipe-server-command)))

;; Commands of the server, which eglot does not offer.

(declare-function eglot-current-server "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")
(declare-function jsonrpc-request "jsonrpc")

(defun ipe--ask (command &optional more)
  "The server's answer to COMMAND about this buffer, with the arguments MORE."
  (let ((server (or (eglot-current-server) (user-error "No server here: M-x eglot"))))
    (jsonrpc-request server :workspace/executeCommand
                     (list :command command
                           :arguments (vector (append (eglot--TextDocumentIdentifier) more))))))

(defun ipe-show-table ()
  "Show the decision table of this policy."
  (interactive)
  (let ((text (plist-get (ipe--ask "ipec.showTable") :text)))
    (with-current-buffer (get-buffer-create (format "*table of %s*" (buffer-name)))
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert text))
      (special-mode)
      (goto-char (point-min))
      (display-buffer (current-buffer)))))

(defun ipe-evaluate (event)
  "Show what this policy decides about EVENT.
EVENT is a JSON object as `ipec eval' takes it."
  (interactive (list (read-string "Event: " "{\"op\":\"EXECUTE\",\"hook\":\"BPRM_CHECK\"}")))
  (let ((answer (ipe--ask "ipec.evaluate"
                          (list :event (json-parse-string event :object-type 'plist
                                                          :false-object :json-false)))))
    (message "%s, by %s\n%s" (plist-get answer :decision)
             (or (plist-get (plist-get answer :rule) :text) (plist-get answer :match))
             (or (plist-get answer :audit) "no audit record"))))

(provide 'ipe-mode)
;;; ipe-mode.el ends here
